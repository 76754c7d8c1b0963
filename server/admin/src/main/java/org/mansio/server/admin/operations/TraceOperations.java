package org.mansio.server.admin.operations;

import java.util.List;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.TraceMXBean;
import org.mansio.server.admin.TraceStep;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;

/** The trace. */
public final class TraceOperations implements TraceMXBean {
  private final TraceLog trace;

  public TraceOperations(TraceLog trace) {
    this.trace = trace;
  }

  @Override
  public List<TraceStep> find(String key) {
    return trace.find(key.strip()).stream().map(TraceOperations::step).toList();
  }

  static TraceStep step(TraceEvent event) {
    return new TraceStep(
        event.at().toString(),
        event.id().value(),
        AdminNames.text(event.kind()),
        event.where(),
        event.text(),
        event.details());
  }
}
