package org.mansio.dist.mail;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A client that says what it is told, byte for byte. Used by one thread at a time. */
public final class SmtpClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 120_000;

  private Socket socket;
  private InputStream in;
  private OutputStream out;

  private SmtpClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = new BufferedOutputStream(socket.getOutputStream());
  }

  /** Connects to loopback and reads the greeting, which must be 220. */
  public static SmtpClient connect(int port) throws IOException {
    SmtpClient client = connectSilently(port);
    client.expect(220);
    return client;
  }

  /** Connects to loopback without waiting for the greeting. */
  public static SmtpClient connectSilently(int port) throws IOException {
    return new SmtpClient(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** TLS from the first octet. @param certificate the one to trust, in PEM */
  public static SmtpClient connectTls(int port, Path certificate) throws IOException {
    SmtpClient client = connectSilently(port);
    client.handshake(certificate);
    client.expect(220);
    return client;
  }

  /** Sends a line and reads the reply. */
  public Reply command(String line) throws IOException {
    send((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    return reply();
  }

  /** As {@link #command}, and the code must be that one. */
  public Reply command(String line, int code) throws IOException {
    send((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    return expect(code);
  }

  public void send(byte[] octets) throws IOException {
    out.write(octets);
    out.flush();
  }

  /** Reads a reply, which must have that code. */
  public Reply expect(int code) throws IOException {
    Reply reply = reply();
    if (reply.code() != code) {
      throw new IOException("expected " + code + ", got: " + reply.text());
    }
    return reply;
  }

  public Reply reply() throws IOException {
    List<String> lines = new ArrayList<>();
    String line;
    do {
      line = line();
      lines.add(line);
    } while (line.length() > 3 && line.charAt(3) == '-');
    return new Reply(Integer.parseInt(line.substring(0, 3)), lines);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the server closed the connection");
      }
      line.write(octet);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  public SmtpClient ehlo() throws IOException {
    command("EHLO client.example.net", 250);
    return this;
  }

  /** STARTTLS and EHLO again. @param certificate the one to trust, in PEM */
  public SmtpClient startTls(Path certificate) throws IOException {
    command("STARTTLS", 220);
    handshake(certificate);
    return ehlo();
  }

  private void handshake(Path certificate) throws IOException {
    SSLSocket tls = (SSLSocket) trusting(certificate)
        .getSocketFactory()
        .createSocket(socket, "localhost", socket.getPort(), true);
    tls.startHandshake();
    socket = tls;
    in = new BufferedInputStream(tls.getInputStream());
    out = new BufferedOutputStream(tls.getOutputStream());
  }

  private static SSLContext trusting(Path certificate) throws IOException {
    try (InputStream pem = Files.newInputStream(certificate)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** AUTH PLAIN with an initial response (RFC 4616). */
  public Reply authPlain(String user, String password) throws IOException {
    String response = "\0" + user + "\0" + password;
    return command("AUTH PLAIN "
        + Base64.getEncoder().encodeToString(response.getBytes(StandardCharsets.UTF_8)));
  }

  /** One mail from MAIL to the reply behind the final dot, which is returned; all before must go well. */
  public Reply mail(String from, List<String> recipients, byte[] message) throws IOException {
    command("MAIL FROM:<" + from + "> BODY=8BITMIME", 250);
    for (String recipient : recipients) {
      command("RCPT TO:<" + recipient + ">", 250);
    }
    command("DATA", 354);
    data(message);
    return reply();
  }

  /** The message dot-stuffed (RFC 5321 §4.5.2), and the final dot. */
  public void data(byte[] message) throws IOException {
    boolean lineStart = true;
    for (byte octet : message) {
      if (lineStart && octet == '.') {
        out.write('.');
      }
      out.write(octet);
      lineStart = octet == '\n';
    }
    send(".\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  /** The message in one chunk that is the last (RFC 3030 §2), without an answer yet. */
  public void lastChunk(byte[] message) throws IOException {
    out.write(("BDAT " + message.length + " LAST\r\n").getBytes(StandardCharsets.US_ASCII));
    send(message);
  }

  /** Whether the server has closed the connection; waits for it. */
  public boolean isClosedByServer() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
