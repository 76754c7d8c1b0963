package org.mansio.protocols.core;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client's end of a connection. */
final class Talk implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  Talk(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** The same connection under TLS, after the handshake. @param protocol the only version */
  Talk secure(SSLContext context, String protocol) throws IOException {
    SSLSocket secure =
        (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
    secure.setEnabledProtocols(new String[] {protocol});
    secure.startHandshake();
    return new Talk(secure);
  }

  Talk send(byte[] octets) throws IOException {
    socket.getOutputStream().write(octets);
    socket.getOutputStream().flush();
    return this;
  }

  Talk send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A line without its end; null when the connection has ended. */
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int octet = in.read();
    while (octet >= 0 && octet != '\n') {
      line.write(octet);
      octet = in.read();
    }
    return octet < 0 && line.size() == 0
        ? null
        : line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** Whether the server closes without a word. Where it leaves octets unread, the client may see that as a reset. */
  boolean endsSilently() throws IOException {
    try {
      return line() == null;
    } catch (SocketException e) {
      return true;
    }
  }

  String ask(String line) throws IOException {
    return send(line + "\r\n").line();
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
