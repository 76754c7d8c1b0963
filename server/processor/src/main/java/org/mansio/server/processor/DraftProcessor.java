package org.mansio.server.processor;

import java.util.List;
import org.mansio.server.kernel.ProcessorDescription;
import org.mansio.server.kernel.ProcessorDescription.Step;
import org.mansio.server.kernel.config.Location;

/**
 * A processor while the chain is being checked.
 *
 * @param complete whether each of its mailets could be read; if not, its paths aren't judged
 */
record DraftProcessor(String name, List<DraftStage> stages, boolean complete, Location location) {
  Processor processor() {
    return new Processor(name, stages.stream().map(DraftStage::stage).toList());
  }

  ProcessorDescription description() {
    List<Step> steps = new java.util.ArrayList<>();
    for (DraftStage draft : stages) {
      steps.add(new Step(
          steps.size(),
          draft.mailetName(),
          draft.stage().condition().shown(),
          draft.shownSettings(),
          draft.location().toString()));
    }
    return new ProcessorDescription(name, steps);
  }
}
