package org.mansio.spi.trace;

import java.util.List;

/** Takes and finds trace events. Thread-safe; recording never blocks for the disk and never throws. */
public interface TraceLog {
  void record(TraceEvent event);

  /**
   * All events of a mail and of the mails that came out of it, in order of time.
   *
   * @param key a queue id, or a Message-ID with or without its angle brackets
   * @return empty when nothing is known, also because the trace has been rotated away
   */
  List<TraceEvent> find(String key);

  /** Keeps nothing. */
  static TraceLog none() {
    return new TraceLog() {
      @Override
      public void record(TraceEvent event) {}

      @Override
      public List<TraceEvent> find(String key) {
        return List.of();
      }
    };
  }
}
