package org.mansio.server.processor;

import java.util.List;

/** A named list of mailets that a mail passes one after the other. */
record Processor(String name, List<Stage> stages) {
  /** Where failures end up. */
  static final String ERROR = "error";

  Processor {
    stages = List.copyOf(stages);
  }
}
