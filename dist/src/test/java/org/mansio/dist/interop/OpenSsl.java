package org.mansio.dist.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.mansio.dist.server.Commands;

/** The command openssl: certificates in a folder, and TLS connections. */
record OpenSsl(Path folder) {

  /** Files of a certificate and its key, both in PEM. */
  record Pair(Path certificate, Path key) {
    /** Takes the place of another pair, as its renewal would. */
    void replace(Pair old) throws IOException {
      Files.copy(key, old.key, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.copy(certificate, old.certificate, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** An authority that signs itself. */
  Pair authority(String name) {
    Pair pair = pair(name);
    request(pair, name, List.of("-addext", "basicConstraints=critical,CA:TRUE"));
    return pair;
  }

  /** A server's certificate, signed by itself. @param file of what name it is kept */
  Pair server(String file, String host) {
    Pair pair = pair(file);
    request(pair, host, List.of("-addext", "subjectAltName=DNS:" + host));
    return pair;
  }

  /** A user's certificate, which names the user by address. */
  Pair user(String file, String address, Pair authority) {
    Pair pair = pair(file);
    request(
        pair,
        "user",
        List.of(
            "-CA",
            authority.certificate().toString(),
            "-CAkey",
            authority.key().toString(),
            "-addext",
            "subjectAltName=email:" + address,
            "-addext",
            "extendedKeyUsage=clientAuth"));
    return pair;
  }

  private Pair pair(String name) {
    return new Pair(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
  }

  private void request(Pair pair, String name, List<String> options) {
    List<String> command = new ArrayList<>(List.of(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-noenc",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-keyout",
        pair.key().toString(),
        "-out",
        pair.certificate().toString()));
    command.addAll(options);
    Commands.Result made = run("", command);
    if (made.exitCode() != 0) {
      throw new IllegalStateException("no certificate for " + name + ": " + made.all());
    }
  }

  /** A connection that says QUIT at once; what openssl tells of the handshake is in its output. */
  Commands.Result connect(int port, String... options) {
    List<String> command =
        new ArrayList<>(List.of("s_client", "-brief", "-connect", "127.0.0.1:" + port));
    command.addAll(Arrays.asList(options));
    return run("QUIT\r\n", command);
  }

  private Commands.Result run(String input, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(arguments);
    return Commands.run(folder, Map.of(), input, command);
  }
}
