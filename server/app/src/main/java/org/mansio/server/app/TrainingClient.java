package org.mansio.server.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Sends the training's mail over many sessions at once. It expects every command to be taken. Thread-safe. */
final class TrainingClient {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** Octets of a mail's text: what mail without attachments has. */
  private static final int TEXT = 2048;

  private static final String LINE =
      "The house where couriers rested and the mail changed horses.\r\n";

  private final InetSocketAddress server;
  private final Optional<Login> login;

  /** How a session becomes a user's. */
  private record Login(SSLContext tls, String user, String password) {}

  /**
   * How much is sent.
   *
   * @param sessions at the same time
   * @param connections of each session, one after the other
   * @param each mails of a connection
   * @param hello how a connection begins
   */
  record Load(int sessions, int connections, int each, String hello) {
    Load(int sessions, int connections, int each) {
      this(sessions, connections, each, "EHLO");
    }

    Load overLmtp() {
      return new Load(sessions, connections, each, "LHLO");
    }

    int mails() {
      return sessions * connections * each;
    }
  }

  TrainingClient(InetSocketAddress server) {
    this.server = server;
    this.login = Optional.empty();
  }

  /** One that uses STARTTLS and logs in. @param certificate the one to trust, in PEM */
  TrainingClient(InetSocketAddress server, Path certificate, String user, String password)
      throws IOException {
    this.server = server;
    this.login = Optional.of(new Login(trusting(certificate), user, password));
  }

  /** Returns when all is accepted. @throws IOException when something isn't */
  void send(Load load, String from, String to) throws IOException, InterruptedException {
    try (ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < load.sessions(); i++) {
        all.add(sessions.submit(session(load, from, to)));
      }
      for (Future<Void> session : all) {
        session.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the training's mail wasn't taken: " + e.getCause(), e);
    }
  }

  private Callable<Void> session(Load load, String from, String to) {
    return () -> {
      for (int i = 0; i < load.connections(); i++) {
        connection(load, from, to);
      }
      return null;
    };
  }

  private void connection(Load load, String from, String to) throws IOException {
    String hello = load.hello() + " client.example";
    try (Socket socket = new Socket()) {
      socket.connect(server, (int) TIMEOUT.toMillis());
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      Dialogue dialogue = new Dialogue(socket);
      dialogue.expect(2);
      dialogue.command(hello, 2);
      if (login.isPresent()) {
        dialogue = secured(dialogue, socket, login.get(), hello);
      }
      for (int i = 0; i < load.each(); i++) {
        dialogue.command("MAIL FROM:<" + from + ">", 2);
        dialogue.command("RCPT TO:<" + to + ">", 2);
        dialogue.command("DATA", 3);
        dialogue.command(message(from, to), 2);
      }
      dialogue.command("QUIT", 2);
    }
  }

  private static Dialogue secured(Dialogue dialogue, Socket socket, Login login, String hello)
      throws IOException {
    dialogue.command("STARTTLS", 2);
    Dialogue secured = new Dialogue(login
        .tls()
        .getSocketFactory()
        .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true));
    secured.command(hello, 2);
    String plain = "\0" + login.user() + "\0" + login.password();
    secured.command(
        "AUTH PLAIN " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)),
        2);
    return secured;
  }

  private static String message(String from, String to) {
    return "From: <" + from + ">\r\nTo: <" + to + ">\r\nSubject: Training\r\n\r\n"
        + LINE.repeat(TEXT / LINE.length()) + ".";
  }

  private static SSLContext trusting(Path certificate) throws IOException {
    try (InputStream in = Files.newInputStream(certificate)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the server's own certificate can't be trusted: " + e.getMessage(), e);
    }
  }

  /** Commands and replies in turn. */
  private static final class Dialogue {
    private final BufferedReader in;
    private final OutputStream out;

    Dialogue(Socket socket) throws IOException {
      this.in = new BufferedReader(
          new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      this.out = socket.getOutputStream();
    }

    void command(String command, int kind) throws IOException {
      out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      expect(kind);
    }

    /** Reads a reply. @param kind the first digit of its code */
    void expect(int kind) throws IOException {
      String line = in.readLine();
      while (line != null && line.length() > 3 && line.charAt(3) == '-') {
        line = in.readLine();
      }
      if (line == null || !line.startsWith(Integer.toString(kind))) {
        throw new IOException("the server answered " + line);
      }
    }
  }
}
