package org.mansio.server.processor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.Suggestion;
import org.mansio.server.processor.DraftStage.Target;
import org.mansio.spi.queue.SpooledMail;

/** Follows all paths that mail can take: each processor that is named exists, and no path ends without a disposition. */
final class PathCheck {
  private final Map<String, DraftProcessor> processors;
  private final Problems problems;

  PathCheck(Map<String, DraftProcessor> processors, Problems problems) {
    this.processors = processors;
    this.problems = problems;
  }

  void check(Location file) {
    for (String name : List.of(SpooledMail.ROOT, Processor.ERROR)) {
      if (!processors.containsKey(name)) {
        problems.error(
            file,
            "the processor '" + name + "' is required"
                + Suggestion.nearest(name, processors.keySet())
                    .map(near -> "; there is '" + near + "'")
                    .orElse(""));
      }
    }
    for (DraftProcessor processor : processors.values()) {
      processor.stages().forEach(stage -> stage.targets().forEach(this::checkExists));
      if (processor.complete()) {
        checkEnd(processor);
      }
    }
    if (!problems.hasErrors()) {
      reportUnreachable();
    }
  }

  private void checkExists(Target target) {
    if (!processors.containsKey(target.processor())) {
      problems.error(
          target.location(),
          target.source() + " names the processor '" + target.processor() + "', which doesn't exist"
              + Suggestion.hint(target.processor(), processors.keySet()));
    }
  }

  private void checkEnd(DraftProcessor processor) {
    List<DraftStage> stages = processor.stages();
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i).takesAll()) {
        if (i + 1 < stages.size()) {
          problems.warning(
              stages.get(i + 1).location(),
              "no mail comes here: mailet " + stages.get(i).mailetName()
                  + " before takes all of it");
        }
        return;
      }
    }
    String advice =
        "; end the processor with a mailet for all mail that lets none go on, such as ToProcessor or Null";
    if (stages.isEmpty()) {
      problems.error(
          processor.location(),
          "processor '" + processor.name() + "' has no mailet: mail would end here" + advice);
      return;
    }
    DraftStage last = stages.getLast();
    problems.error(
        last.location(),
        "mail can reach the end of processor '" + processor.name() + "' without a disposition: "
            + reason(last) + advice);
  }

  private static String reason(DraftStage last) {
    String name = "the last mailet, " + last.mailetName() + ",";
    if (!last.stage().ends()) {
      return name + " lets mail go on";
    }
    if (!last.stage().condition().isAll()) {
      return name + " takes only some mail (" + last.stage().condition().text() + ")";
    }
    return name + " lets mail go on when it fails (onMailetException is ignore)";
  }

  private void reportUnreachable() {
    Set<String> reached = new HashSet<>(List.of(SpooledMail.ROOT, Processor.ERROR));
    Deque<String> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (DraftStage stage : stagesOf(open.pop())) {
        stage.targets().stream().map(Target::processor).filter(reached::add).forEach(open::push);
      }
    }
    processors.values().stream()
        .filter(processor -> !reached.contains(processor.name()))
        .forEach(processor -> problems.warning(
            processor.location(),
            "nothing sends mail to the processor '" + processor.name() + "'"));
  }

  private List<DraftStage> stagesOf(String name) {
    DraftProcessor processor = processors.get(name);
    return processor == null ? List.of() : processor.stages();
  }
}
