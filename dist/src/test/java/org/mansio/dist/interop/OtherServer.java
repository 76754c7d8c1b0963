package org.mansio.dist.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;

/** A mail server or milter of another project in a process and a folder of its own. Closing it ends it. */
final class OtherServer implements AutoCloseable {
  private final Process process;
  private final Path folder;
  private final String address;

  private OtherServer(Process process, Path folder, String address) {
    this.process = process;
    this.folder = folder;
    this.address = address;
  }

  /** Postfix's smtp-sink on a free loopback port. */
  static OtherServer smtpSink() throws IOException {
    return sink("127.0.0.1", freePort(), List.of());
  }

  /** Postfix's smtp-sink, speaking LMTP. */
  static OtherServer lmtpSink() throws IOException {
    return sink("127.0.0.1", freePort(), List.of("-L"));
  }

  /** Postfix's smtp-sink on a given address and port. */
  static OtherServer smtpSink(String host, int port) throws IOException {
    return sink(host, port, List.of());
  }

  private static OtherServer sink(String host, int port, List<String> options) throws IOException {
    Path folder = folder("smtp-sink");
    List<String> command = new ArrayList<>(List.of("/usr/sbin/smtp-sink"));
    command.addAll(options);
    if (isRoot()) {
      // It refuses to stay root.
      command.addAll(List.of("-u", "nobody"));
    }
    command.addAll(List.of("-d", folder + "/mail-", host + ":" + port, "200"));
    return start(command, folder, host, port);
  }

  /** Dovecot's LMTP server, storing into Maildirs. */
  static OtherServer dovecot() throws IOException {
    Path folder = folder("dovecot");
    int port = freePort();
    Path configuration = configuration("dovecot.conf", folder, port);
    return start(
        List.of("/usr/sbin/dovecot", "-F", "-c", configuration.toString()),
        folder,
        "127.0.0.1",
        port);
  }

  /** rspamd, as a milter that scans by itself. */
  static OtherServer rspamd() throws IOException {
    Path folder = folder("rspamd");
    int port = freePort();
    for (String file : List.of("rspamd.lua", "rspamd.tld")) {
      Files.copy(source(file), folder.resolve(file));
    }
    List<String> command = new ArrayList<>(List.of("/usr/bin/rspamd", "-f"));
    if (isRoot()) {
      // It refuses to stay root.
      command.addAll(List.of("-u", "_rspamd", "-g", "_rspamd"));
    }
    command.addAll(List.of("-c", configuration("rspamd.conf", folder, port).toString()));
    return start(command, folder, "127.0.0.1", port);
  }

  /** OpenDKIM, as a milter that signs for example.org. */
  static OtherServer openDkim() throws IOException {
    Path folder = folder("opendkim");
    int port = freePort();
    Files.writeString(folder.resolve("internal"), "127.0.0.1\n");
    Files.writeString(folder.resolve("key.pem"), privateKey());
    return start(
        List.of(
            "/usr/sbin/opendkim",
            "-f",
            "-x",
            configuration("opendkim.conf", folder, port).toString()),
        folder,
        "127.0.0.1",
        port);
  }

  /**
   * Postfix: keeps what is for remote.example and sends all else on.
   *
   * @param next the port on loopback where that goes
   */
  static OtherServer postfix(int next) throws IOException {
    Path folder = folder("postfix");
    int port = freePort();
    Path configuration = Files.createDirectory(folder.resolve("etc"));
    Files.createDirectory(folder.resolve("spool"));
    ownedBy("postfix", Files.createDirectory(folder.resolve("data")));
    Path mail = ownedBy("mail", Files.createDirectory(folder.resolve("mail")));
    Map<String, String> values = Map.of(
        "NEXT",
        "[127.0.0.1]:" + next,
        "UID",
        Files.getAttribute(mail, "unix:uid").toString());
    for (String file : List.of("main.cf", "master.cf")) {
      fill("postfix-" + file, configuration.resolve(file), folder, port, values);
    }
    Commands.Result check = Commands.run(
        folder,
        Map.of(),
        "",
        List.of("/usr/sbin/postfix", "-c", configuration.toString(), "check"));
    if (check.exitCode() != 0) {
      throw new IOException("postfix check: " + check.all());
    }
    return start(
        // What "postfix start" ends in; that one would leave us with the wrong process.
        List.of("/usr/lib/postfix/sbin/master", "-c", configuration.toString(), "-d"),
        folder,
        "127.0.0.1",
        port);
  }

  private static String privateKey() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
          + "\n-----END PRIVATE KEY-----\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }

  private static Path source(String file) {
    return Installation.source().resolve("src/it/interop").resolve(file);
  }

  /** A configuration file with its folder and port filled in. */
  private static Path configuration(String file, Path folder, int port) throws IOException {
    Path filled = folder.resolve(file);
    fill(file, filled, folder, port, Map.of());
    return filled;
  }

  /**
   * Exim: keeps what is for remote.example and sends all else on, in chunks (RFC 3030) where the next host takes them. The
   * program lies where the environment's MANSIO_TEST_EXIM says: see {@code src/it/interop/unpack-exim}.
   *
   * @param next the port on loopback where that goes
   */
  static OtherServer exim(int next) throws IOException {
    Path folder = folder("exim");
    int port = freePort();
    Path configuration = folder.resolve("exim.conf");
    Map<String, String> values = Map.of("NEXT", "127.0.0.1::" + next, "EXIM", eximProgram());
    fill("exim.conf", configuration, folder, port, values);
    for (String name : List.of("spool", "mail")) {
      ownedBy("Debian-exim", Files.createDirectory(folder.resolve(name)));
    }
    return start(
        List.of(eximProgram(), "-C", configuration.toString(), "-bdf", "-q5s"),
        folder,
        "127.0.0.1",
        port);
  }

  private static String eximProgram() {
    return Optional.ofNullable(System.getenv("MANSIO_TEST_EXIM"))
        .orElseThrow(() -> new IllegalStateException(
            "MANSIO_TEST_EXIM isn't set; src/it/interop/unpack-exim prints what it should be"));
  }

  private static void fill(
      String template, Path file, Path folder, int port, Map<String, String> values)
      throws IOException {
    String text = Files.readString(source(template))
        .replace("@FOLDER@", folder.toString())
        .replace("@PORT@", Integer.toString(port));
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    Files.writeString(file, text);
    // Exim wants its configuration safe from others.
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static Path ownedBy(String user, Path folder) throws IOException {
    return Files.setOwner(
        folder, folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
  }

  private static OtherServer start(List<String> command, Path folder, String host, int port)
      throws IOException {
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
    OtherServer server = new OtherServer(process, folder, host + ":" + port);
    try {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> accepts(process, host, port));
    } catch (RuntimeException e) {
      server.close();
      throw new IOException("it doesn't start: " + Files.readString(folder.resolve("output")), e);
    }
    return server;
  }

  private static boolean accepts(Process process, String host, int port) {
    if (!process.isAlive()) {
      throw new IllegalStateException("it ended with " + process.exitValue());
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** What the server has logged so far. */
  String log() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : List.of("output", "log", "mainlog")) {
      Path file = folder.resolve(name);
      text.append(Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "");
    }
    return text.toString();
  }

  /** {@code host:port}. */
  String address() {
    return address;
  }

  /** All messages that it keeps. */
  List<byte[]> messages() {
    try (Stream<Path> tree = Files.walk(folder)) {
      List<byte[]> result = new ArrayList<>();
      for (Path file :
          tree.filter(Files::isRegularFile).filter(OtherServer::isMessage).toList()) {
        byte[] octets = Files.readAllBytes(file);
        result.add(file.getParent().endsWith("new") ? withCrLf(octets) : asReceived(octets));
      }
      return result;
    } catch (NoSuchFileException e) {
      return List.of(); // As below.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UncheckedIOException e) {
      // A file was moved from tmp to new under the walk: the next look sees it.
      return List.of();
    }
  }

  /** smtp-sink writes LF for CR LF, and an empty line behind each message. */
  private static byte[] asReceived(byte[] dumped) {
    String text = new String(dumped, StandardCharsets.ISO_8859_1);
    return withCrLf(text.replaceFirst("\n\\z", "").getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Postfix keeps messages with LF. */
  private static byte[] withCrLf(byte[] kept) {
    String text = new String(kept, StandardCharsets.ISO_8859_1);
    return text.contains("\r\n")
        ? kept
        : text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isMessage(Path file) {
    return file.getFileName().toString().startsWith("mail-") || file.getParent().endsWith("new");
  }

  private static Path folder(String name) throws IOException {
    Path folder = Files.createTempDirectory("mansio-" + name);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    return folder;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
    // Its children may be at their end only, and still make files or delete them.
    Awaitility.await().ignoreExceptions().until(() -> {
      deleteFolder();
      return true;
    });
  }

  private void deleteFolder() throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
