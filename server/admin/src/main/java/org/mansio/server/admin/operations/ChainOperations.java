package org.mansio.server.admin.operations;

import java.util.List;
import org.mansio.server.admin.ChainMXBean;
import org.mansio.server.admin.ChainStep;
import org.mansio.server.kernel.Chain;
import org.mansio.server.kernel.ProcessorDescription;

/** The chain, as its container describes it. */
public final class ChainOperations implements ChainMXBean {
  private final Chain chain;

  public ChainOperations(Chain chain) {
    this.chain = chain;
  }

  @Override
  public List<ChainStep> show() {
    return chain.describe().stream().flatMap(ChainOperations::steps).toList();
  }

  private static java.util.stream.Stream<ChainStep> steps(ProcessorDescription processor) {
    return processor.steps().stream()
        .map(step -> new ChainStep(
            processor.name(),
            step.position(),
            step.condition(),
            step.mailet(),
            step.settings(),
            step.location()));
  }
}
