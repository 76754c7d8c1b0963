package org.mansio.server.admin.cli;

import javax.management.MBeanServerConnection;

/** A way to the operations of a running server. */
public interface ServerLink extends AutoCloseable {
  /** The operations of an MXBean interface, such as {@link org.mansio.server.admin.QueueMXBean}. */
  <T> T operations(Class<T> mxbean);

  /** All beans of the server's JVM, for what is known by its description only. */
  MBeanServerConnection beans();

  @Override
  void close();
}
