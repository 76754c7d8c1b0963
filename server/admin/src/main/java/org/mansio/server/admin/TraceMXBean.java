package org.mansio.server.admin;

import java.util.List;

/** Why a mail went where it went. Thread-safe. */
public interface TraceMXBean {
  /**
   * What happened to a mail and to those that came out of it, in order of time.
   *
   * @param key a queue id, or a Message-ID with or without its angle brackets
   * @return empty when nothing is known, also because the trace has been rotated away
   */
  List<TraceStep> find(String key);
}
