package org.mansio.spi.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port at loopback at which nobody listens, nor anybody can as long as it is held: who connects is refused at once. A
 * port that was merely free a moment ago may be somebody else's by now. Thread-safe.
 */
public final class DeafPort implements AutoCloseable {
  private final Socket bound = new Socket();

  public DeafPort() {
    try {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return bound.getLocalPort();
  }

  @Override
  public void close() {
    try {
      bound.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
