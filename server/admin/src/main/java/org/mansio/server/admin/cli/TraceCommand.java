package org.mansio.server.admin.cli;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.mansio.server.admin.TraceMXBean;
import org.mansio.server.admin.TraceStep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mansioctl trace}. */
@Command(name = "trace", description = "Shows what happened to a mail and why.")
final class TraceCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "KEY", description = "A queue id or a Message-ID.")
  private String key = "";

  @Mixin
  private JsonOption format = new JsonOption();

  TraceCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<TraceStep> steps = session.operations(TraceMXBean.class).find(key);
    if (steps.isEmpty()) {
      throw new NoSuchElementException(
          "nothing is known of " + key + "; it may have been rotated away");
    }
    Table table = new Table("TIME", "ID", "WHAT", "WHERE", "TEXT");
    return session.print(
        format.json,
        steps,
        table,
        s -> table.row(Moments.milliseconds(s.at()), s.id(), s.kind(), s.where(), text(s)));
  }

  static String text(TraceStep step) {
    StringBuilder text = new StringBuilder(step.text());
    new TreeMap<>(step.details())
        .forEach((name, value) ->
            text.append(text.isEmpty() ? "" : " ").append(name).append('=').append(value));
    return text.toString();
  }
}
