package org.mansio.queue.activemq;

import java.io.IOException;
import java.nio.file.Path;

/** A certificate for 127.0.0.1, made by the JDK's own tool. */
final class TestCertificate {
  private TestCertificate() {}

  /** Makes a PKCS#12 file with a key and a certificate that it signed itself. */
  static void make(Path store, String password) throws IOException, InterruptedException {
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-dname",
        "CN=broker",
        "-ext",
        "SAN=IP:127.0.0.1",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        password);
  }

  /** Writes the certificate as PEM. */
  static void export(Path store, String password, Path file)
      throws IOException, InterruptedException {
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "broker",
        "-keystore",
        store.toString(),
        "-storepass",
        password,
        "-file",
        file.toString());
  }

  /** The password of what {@link #trust} makes. */
  static final String TRUST_PASSWORD = "trusted";

  /** Makes a PKCS#12 file that trusts a certificate. */
  static void trust(Path certificate, Path store) throws IOException, InterruptedException {
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        "trusted",
        "-file",
        certificate.toString(),
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        TRUST_PASSWORD);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = System.getProperty("java.home") + "/bin/keytool";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }
}
