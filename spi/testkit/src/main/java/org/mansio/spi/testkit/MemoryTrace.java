package org.mansio.spi.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;

/** Keeps all events. Thread-safe. */
public final class MemoryTrace implements TraceLog {
  private final List<TraceEvent> events = new CopyOnWriteArrayList<>();

  @Override
  public void record(TraceEvent event) {
    events.add(event);
  }

  @Override
  public List<TraceEvent> find(String key) {
    return events.stream()
        .filter(event ->
            event.id().value().equals(key) || key.equals(event.details().get("message-id")))
        .toList();
  }

  /** All events in order. */
  public List<TraceEvent> events() {
    return List.copyOf(events);
  }
}
