package org.mansio.dist.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.mansio.dist.server.Commands;

/**
 * A self-signed certificate for localhost, by which another server shows who it is.
 *
 * @param store a PKCS #12 file with it and its key
 */
public record PeerCertificate(Path store) {
  private static final String PASSWORD = "changeit";

  /** A new one. @param folder that the file comes to lie in */
  public static PeerCertificate in(Path folder) throws IOException {
    Path store = folder.resolve("peer.p12");
    Files.deleteIfExists(store);
    Commands.Result made = Commands.run(
        folder,
        Map.of(),
        "",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "peer",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD));
    if (made.exitCode() != 0) {
      throw new IOException("keytool made no certificate: " + made.all());
    }
    return new PeerCertificate(store);
  }

  /** The other server's side of TLS. */
  public SSLContext context() throws IOException {
    try (InputStream file = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(file, PASSWORD.toCharArray());
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Makes a Java runtime trust it, and nothing else. */
  public String javaOptions() {
    return "-Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStore=" + store
        + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD;
  }
}
