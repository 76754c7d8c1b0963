package org.mansio.server.kernel.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLSocket;
import org.mansio.spi.ServerTls;

/** A server that sends back what it gets, each connection with the certificate in force when it comes. */
final class TlsEcho implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final ServerTls tls;
  private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());

  TlsEcho(ServerTls tls) throws IOException {
    this.tls = tls;
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed: the end of the test.
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket plain) {
    try (SSLSocket socket = (SSLSocket)
        tls.context().getSocketFactory().createSocket(plain, null, plain.getPort(), true)) {
      socket.setUseClientMode(false);
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The client hears of it.
      Thread.currentThread().interrupt();
    }
  }

  /** One end of a connection. */
  record Client(SSLSocket socket) implements AutoCloseable {
    /** Sends an octet and gets it back. */
    void echoes() throws IOException {
      socket.getOutputStream().write('x');
      if (socket.getInputStream().read() != 'x') {
        throw new IOException("the connection is lost");
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  Client connect() throws IOException, GeneralSecurityException {
    SSLSocket socket = (SSLSocket) Handshake.trustingAll()
        .getSocketFactory()
        .createSocket(InetAddress.getLoopbackAddress(), server.getLocalPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.startHandshake();
    return new Client(socket);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
