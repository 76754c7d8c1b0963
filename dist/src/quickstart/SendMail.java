import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Sends one mail as a user does: STARTTLS (RFC 3207) with the server's certificate and no other, AUTH PLAIN (RFC 4616), one
 * transaction (RFC 5321). Prints the Message-ID. The password comes from a file or, without one, from standard input.
 *
 * <p>{@code java SendMail.java --port PORT --certificate PEM [--password-file FILE] --from A --to B [--subject S] [--text T]}
 */
public final class SendMail {
  private static final int TIMEOUT_MILLIS = 30_000;

  private Socket socket;
  private BufferedReader in;
  private OutputStream out;

  public static void main(String[] arguments) throws Exception {
    java.util.Map<String, String> options = new java.util.HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    if (!options.keySet().containsAll(java.util.List.of("--port", "--certificate", "--from", "--to"))) {
      System.err.println("SendMail.java: --port, --certificate, --from and --to are needed");
      System.exit(64);
    }
    try {
      System.out.println(new SendMail().send(options));
    } catch (IOException e) {
      System.err.println("SendMail.java: not sent: " + e.getMessage());
      System.exit(1);
    }
  }

  private String send(java.util.Map<String, String> options) throws Exception {
    String from = options.get("--from");
    String messageId = "<" + UUID.randomUUID() + "@" + from.substring(from.indexOf('@') + 1) + ">";
    int port = Integer.parseInt(options.get("--port"));
    open(new Socket(InetAddress.getLoopbackAddress(), port));
    try (Socket closed = socket) {
      expect("220");
      say("EHLO client.example.org", "250");
      say("STARTTLS", "220");
      open(tls(Path.of(options.get("--certificate"))));
      say("EHLO client.example.org", "250");
      byte[] login = ("\0" + from + "\0" + password(options)).getBytes(StandardCharsets.UTF_8);
      say("AUTH PLAIN " + Base64.getEncoder().encodeToString(login), "235");
      say("MAIL FROM:<" + from + ">", "250");
      say("RCPT TO:<" + options.get("--to") + ">", "250");
      say("DATA", "354");
      say(message(options, messageId) + "\r\n.", "250");
      say("QUIT", "221");
    }
    return messageId;
  }

  private static String message(java.util.Map<String, String> options, String messageId) {
    String text = options.getOrDefault("--text", "Hello!").replaceAll("\\r\\n|\\r|\\n", "\r\n");
    return "From: " + options.get("--from") + "\r\n"
        + "To: " + options.get("--to") + "\r\n"
        + "Subject: " + options.getOrDefault("--subject", "Hello") + "\r\n"
        + "Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)) + "\r\n"
        + "Message-ID: " + messageId + "\r\n"
        + "\r\n"
        + text.replaceAll("(?m)^\\.", "..");
  }

  private static String password(java.util.Map<String, String> options) throws IOException {
    String file = options.get("--password-file");
    return file == null
        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip()
        : Files.readString(Path.of(file)).strip();
  }

  private void open(Socket opened) throws IOException {
    socket = opened;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    out = socket.getOutputStream();
  }

  private SSLSocket tls(Path certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (var pem = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry("server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    tls.startHandshake();
    return tls;
  }

  private void say(String line, String code) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    expect(code);
  }

  private void expect(String code) throws IOException {
    String line;
    do {
      line = in.readLine();
      if (line == null) {
        throw new IOException("the server closed the connection");
      }
    } while (line.length() > 3 && line.charAt(3) == '-');
    if (!line.startsWith(code)) {
      throw new IOException("the server answered " + line);
    }
  }
}
