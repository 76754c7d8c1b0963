package org.mansio.server.admin.cli;

/** A way to the operations of a running server. */
public interface ServerLink extends AutoCloseable {
  /** The operations of an MXBean interface, such as {@link org.mansio.server.admin.QueueMXBean}. */
  <T> T operations(Class<T> mxbean);

  @Override
  void close();
}
