package org.mansio.server.admin.operations;

import java.util.List;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.TraceMXBean;
import org.mansio.server.admin.TraceStep;
import org.mansio.spi.trace.TraceLog;

/** The trace. */
public final class TraceOperations implements TraceMXBean {
  private final TraceLog trace;

  public TraceOperations(TraceLog trace) {
    this.trace = trace;
  }

  @Override
  public List<TraceStep> find(String key) {
    return trace.find(key.strip()).stream()
        .map(e -> new TraceStep(
            e.at().toString(),
            e.id().value(),
            AdminNames.text(e.kind()),
            e.where(),
            e.text(),
            e.details()))
        .toList();
  }
}
