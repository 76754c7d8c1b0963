package org.mansio.server.admin.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.mansio.server.admin.ChainMXBean;
import org.mansio.server.admin.SimulatedEnd;
import org.mansio.server.admin.SimulatedWay;
import org.mansio.server.admin.SimulationView;
import org.mansio.server.admin.TraceStep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mansioctl simulate}. */
@Command(
    name = "simulate",
    description = {
      "Shows what the chain in force would make of a mail, without effect:",
      "each step, and where each recipient would end."
    })
final class SimulateCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      required = true,
      description = "The reverse-path; '<>' is the null one.")
  private String sender = "";

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      required = true,
      description = "A recipient; may be repeated.")
  private List<String> recipients = new ArrayList<>();

  @Option(
      names = "--client",
      paramLabel = "IP",
      defaultValue = "",
      description = "The address that the mail would come from.")
  private String client = "";

  @Option(
      names = "--user",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Who would have logged in.")
  private String user = "";

  @Parameters(paramLabel = "FILE", description = "The message, as mail programs save it (.eml).")
  private Path file = Path.of("");

  @Mixin
  private JsonOption format = new JsonOption();

  SimulateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    SimulationView simulation = session
        .operations(ChainMXBean.class)
        .simulate(
            sender, recipients, client, user, file.toAbsolutePath().normalize().toString());
    if (format.json) {
      try (Json json = new Json(session.out())) {
        json.write(simulation);
      }
    } else {
      print(simulation, session.out());
    }
    return ExitCodes.OK;
  }

  private static void print(SimulationView simulation, PrintWriter out) {
    for (SimulatedWay way : simulation.ways()) {
      out.println(Table.printable("Mail " + way.id() + " from " + way.reversePath()
          + (way.parent() == null ? "" : ", which " + way.parent() + " would send")));
      steps(way.steps()).print(out);
      out.println();
      ends(way.ends()).print(out);
      out.println();
    }
    for (String recipient : simulation.missing()) {
      out.println(
          Table.printable(
              recipient
                  + " has no end of its own: it went on in the place of another recipient, or was taken out."));
    }
    if (!simulation.complete()) {
      out.println("More mails would be sent than are followed here.");
    }
    out.println("Simulated: nothing was queued, delivered, written or sent.");
  }

  private static Table steps(List<TraceStep> steps) {
    Table table = new Table("WHERE", "WHAT", "TEXT");
    steps.forEach(step -> table.row(step.where(), step.kind(), TraceCommand.text(step)));
    return table;
  }

  private static Table ends(List<SimulatedEnd> ends) {
    Table table = new Table("RECIPIENT", "END", "WHERE", "STATUS", "TEXT");
    ends.forEach(
        end -> table.row(recipient(end), end.end(), end.where(), end.status(), end.text()));
    return table;
  }

  private static String recipient(SimulatedEnd end) {
    return end.recipient().equals(end.original())
        ? end.recipient()
        : end.recipient() + ", asked for as " + end.original();
  }
}
