package org.mansio.server.admin;

import java.util.List;

/** The server as a whole. */
public interface ServerMXBean {
  String getVersion();

  String getHostname();

  /** When it became ready. */
  String getStarted();

  long getPid();

  String getDataDirectory();

  /** Reads the configuration again and puts in force what can be without losing a connection. */
  List<ReloadResult> reload();
}
