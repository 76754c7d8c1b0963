package org.mansio.protocols.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that says what the test wants, good or bad. */
public final class Client implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private Socket socket;
  private InputStream in;
  private OutputStream out;

  public Client(InetSocketAddress address) throws IOException {
    use(new Socket(address.getAddress(), address.getPort()));
  }

  /** With TLS from the first octet. */
  public Client(InetSocketAddress address, SSLContext tls) throws IOException {
    use(tls.getSocketFactory().createSocket(address.getAddress(), address.getPort()));
  }

  /** The other end of a connection that somebody opened. */
  public Client(Socket accepted) throws IOException {
    use(accepted);
  }

  private void use(Socket newSocket) throws IOException {
    socket = newSocket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  public void startTls(SSLContext tls) throws IOException {
    SSLSocket secure =
        (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
    secure.startHandshake();
    use(secure);
  }

  /** A UTF-8 text, as it is. */
  public Client send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  public Client send(byte[] octets) throws IOException {
    out.write(octets);
    out.flush();
    return this;
  }

  /** A line without its CR LF; null at the end of the connection. */
  public String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int octet = in.read();
    while (octet >= 0 && octet != '\n') {
      line.write(octet);
      octet = in.read();
    }
    if (octet < 0 && line.size() == 0) {
      return null;
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text + "<LF>";
  }

  /** A reply of one or more lines, joined by LF. */
  public String reply() throws IOException {
    List<String> lines = new ArrayList<>();
    String line;
    do {
      line = line();
      lines.add(String.valueOf(line));
    } while (line != null && line.length() > 3 && line.charAt(3) == '-');
    return String.join("\n", lines);
  }

  /** A command and its reply. */
  public String ask(String command) throws IOException {
    return send(command + "\r\n").reply();
  }

  /** All before a message to alice@example.org. @return the reply to DATA */
  String openData() throws IOException {
    ask("EHLO client.example");
    ask("MAIL FROM:<x@example.net>");
    ask("RCPT TO:<alice@example.org>");
    return ask("DATA");
  }

  /** A small mail to alice@example.org. @return the reply to its end */
  String sendMail() throws IOException {
    openData();
    return ask("Subject: hi\r\n\r\nhello\r\n.");
  }

  /** What can be read at once, without waiting for more. */
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
