package org.mansio.server.admin.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mansio.server.admin.QueueItem;
import org.mansio.server.admin.QueueLane;
import org.mansio.server.admin.QueueMXBean;
import org.mansio.server.admin.QueuePage;
import org.mansio.server.admin.QueueRate;
import org.mansio.server.admin.QueueState;
import org.mansio.server.admin.QueueWaiting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mansioctl queue}. */
@Command(name = "queue", description = "Mail at rest.")
final class QueueCommands {
  /** Entries asked for at a time: one answer stays below about half a megabyte. */
  private static final int PAGE = 500;

  private final Session session;

  QueueCommands(Session session) {
    this.session = session;
  }

  private QueueMXBean queue() {
    return session.operations(QueueMXBean.class);
  }

  @Command(name = "list", description = "Lists entries, oldest first.")
  int list(
      @Mixin QueueSelection which,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "0",
              description = "At most so many; 0, the default, for all.")
          int limit,
      @Mixin JsonOption format) {
    if (format.json) {
      try (Json json = new Json(session.out())) {
        json.startArray();
        eachPage(which, limit, page -> page.forEach(json::write));
        json.endArray();
      }
    } else {
      printPages(which, limit);
    }
    return ExitCodes.OK;
  }

  private void eachPage(QueueSelection which, int limit, Consumer<List<QueueItem>> consumer) {
    String next = "";
    int left = limit <= 0 ? Integer.MAX_VALUE : limit;
    boolean more = true;
    while (more) {
      QueuePage page = queue().list(which.conditions(), next, Math.min(PAGE, left));
      consumer.accept(page.entries());
      session.out().flush();
      left -= page.entries().size();
      next = page.next() == null ? "" : page.next();
      more = !next.isEmpty() && left > 0;
    }
  }

  private void printPages(QueueSelection which, int limit) {
    AtomicBoolean printed = new AtomicBoolean();
    eachPage(which, limit, page -> {
      // A page may have looked at many entries of which none fit.
      if (!page.isEmpty()) {
        printPage(page);
        printed.set(true);
      }
    });
    if (!printed.get()) {
      printPage(List.of());
    }
  }

  private void printPage(List<QueueItem> page) {
    Table table = new Table(
        "ID", "STATE", "ARRIVED", "SIZE", "TRIES", "SENDER", "LANE", "RECIPIENTS", "LAST ERROR");
    for (QueueItem i : page) {
      table.row(
          i.id(),
          i.state(),
          Moments.seconds(i.arrival()),
          i.size(),
          i.attempts(),
          i.sender(),
          i.lane(),
          recipients(i),
          i.lastError());
    }
    table.print(session.out());
  }

  private static String recipients(QueueItem item) {
    List<String> all = item.recipients();
    return all.size() <= 1
        ? String.join("", all)
        : all.getFirst() + " and " + (all.size() - 1) + " more";
  }

  @Command(name = "show", description = "Shows all entries of a mail: one for each destination.")
  int show(@Parameters(paramLabel = "QUEUE-ID") String id, @Mixin JsonOption format) {
    List<QueueItem> entries = queue().show(id);
    if (entries.isEmpty()) {
      throw new NoSuchElementException(
          "no mail " + id + " is in the queue; 'mansioctl trace " + id + "' tells more");
    }
    Table table = new Table("FIELD", "VALUE");
    return session.print(format.json, entries, table, i -> {
      table.row("id", i.id());
      table.row("state", i.state());
      table.row("lane", i.lane());
      table.row("sender", i.sender());
      i.recipients().forEach(recipient -> table.row("recipient", recipient));
      table.row("size", Long.toString(i.size()));
      table.row("arrived", Moments.seconds(i.arrival()));
      table.row("attempts", Integer.toString(i.attempts()));
      table.row("next attempt", Moments.seconds(i.nextAttempt()));
      table.row("last error", i.lastError());
      table.row("last status", i.lastStatus());
      table.row("last host", i.lastHost());
    });
  }

  @Command(
      name = "status",
      description =
          "Tells whether the queue takes mail, how full it is, and what of it can't be read.")
  int status(@Mixin JsonOption format) {
    Table table = new Table("FIELD", "VALUE");
    return session.print(format.json, List.of(queue().status()), table, s -> {
      table.row("takes mail", s.refuses() == null ? "yes" : "no: " + s.refuses());
      table.row("mails", Long.toString(s.records()));
      table.row("limit", s.limit() == 0 ? "none" : Long.toString(s.limit()));
      s.damaged().forEach(name -> table.row("damaged", name));
    });
  }

  @Command(
      name = "forget-damaged",
      description =
          "Deletes what of the queue can't be read and is kept aside ('queue status' names it), and "
              + "the bodies that were kept for it.")
  int forgetDamaged() {
    session.out().println(queue().forgetDamaged() + " deleted");
    return ExitCodes.OK;
  }

  @Command(name = "count", description = "Counts entries: by state, or those that are meant.")
  int count(@Mixin QueueSelection which, @Mixin JsonOption format) {
    List<QueueState> states = which.isEverything()
        ? queue().states()
        : List.of(new QueueState(which.state(), queue().count(which.conditions()), null));
    Table table = new Table("STATE", "COUNT", "OLDEST");
    return session.print(
        format.json,
        states,
        table,
        s -> table.row(s.state(), s.count(), Moments.seconds(s.oldestArrival())));
  }

  @Command(
      name = "destinations",
      description = "Counts per destination, busiest first; how many attempts it may have at once, "
          + "and why none begins.")
  int destinations(@Mixin JsonOption format) {
    List<QueueLane> lanes = queue().destinations();
    Table table = new Table(
        "LANE",
        "READY",
        "ACTIVE",
        "AT ONCE",
        "DEFERRED",
        "WAITING",
        "HELD",
        "OLDEST",
        "RATES",
        "HINDERED BY",
        "UNTIL",
        "LAST ERROR");
    return session.print(
        format.json,
        lanes,
        table,
        l -> table.row(
            l.lane(),
            l.ready(),
            l.active(),
            l.concurrency() == 0 ? null : l.concurrency(),
            l.deferred(),
            l.waiting(),
            l.held(),
            Moments.seconds(l.oldestArrival()),
            rates(l.rates()),
            l.hindrance(),
            Moments.seconds(l.hinderedUntil()),
            l.lastError()));
  }

  /** As they stand in the configuration. */
  private static @Nullable String rates(List<QueueRate> rates) {
    return rates.isEmpty()
        ? null
        : rates.stream()
            .map(r -> r.counts()
                + ' '
                + r.limit()
                + '/'
                + Duration.ofSeconds(r.seconds()).toString().substring(2).toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
  }

  @Command(
      name = "waiting",
      description = "Counts mail that waits for its destination to ask for it, per domain.")
  int waiting(
      @Parameters(paramLabel = "DOMAIN", arity = "0..1", defaultValue = "") String domain,
      @Mixin JsonOption format) {
    List<QueueWaiting> found = queue().waiting(domain);
    Table table = new Table("DOMAIN", "COUNT", "OCTETS", "OLDEST", "LANE");
    return session.print(
        format.json,
        found,
        table,
        w -> table.row(
            w.domain(), w.count(), w.octets(), Moments.seconds(w.oldestArrival()), w.lane()));
  }

  @Command(
      name = "start",
      description = "Sends what rests for a domain now, as if the domain had asked for it.")
  int start(
      @Parameters(paramLabel = "DOMAIN") String domain,
      @Option(names = "--subdomains", description = "Means those of its subdomains too.")
          boolean subdomains) {
    return done(queue().start(domain, subdomains), "started");
  }

  @Command(
      name = "flush",
      description = "Tries the deferred mail of a destination now, or all of it.")
  int flush(
      @Parameters(paramLabel = "DEST", arity = "0..1", defaultValue = "") String destination) {
    return done(queue().flush(destination), "flushed");
  }

  @Command(
      name = "pause",
      description = "Lets no attempt begin for a destination, also after a restart.")
  int pause(@Parameters(paramLabel = "DEST") String destination) {
    return told(queue().pause(destination), "paused", "was paused already");
  }

  @Command(name = "resume", description = "Lets attempts for a paused destination begin again.")
  int resume(@Parameters(paramLabel = "DEST") String destination) {
    return told(queue().resume(destination), "resumed", "wasn't paused");
  }

  private int told(boolean changed, String done, String already) {
    session.out().println(changed ? done : already);
    return ExitCodes.OK;
  }

  @Command(name = "hold", description = "Keeps mail from being tried until it is released.")
  int hold(@Mixin QueueSelection which, @Mixin Caution caution) {
    return change("hold", "held", which, caution, queue()::hold);
  }

  @Command(name = "release", description = "Lets held mail go on.")
  int release(@Mixin QueueSelection which, @Mixin Caution caution) {
    return change("release", "released", which, caution, queue()::release);
  }

  @Command(name = "remove", description = "Removes mail for good; nobody is told.")
  int remove(@Mixin QueueSelection which, @Mixin Caution caution) {
    return change("remove", "removed", which, caution, queue()::remove);
  }

  @Command(
      name = "bounce",
      description = "Gives mail up; its senders are told, where they want to know.")
  int bounce(
      @Mixin QueueSelection which,
      @Mixin Caution caution,
      @Option(
              names = "--reason",
              paramLabel = "TEXT",
              defaultValue = "returned by the operator of this server",
              description = "What senders are told; by default: ${DEFAULT-VALUE}.")
          String reason) {
    return change("bounce", "given up", which, caution, c -> queue().bounce(c, reason));
  }

  @Command(name = "move", description = "Sends mail over another lane.")
  int move(
      @Mixin QueueSelection which,
      @Mixin Caution caution,
      @Option(
              names = "--to",
              paramLabel = "LANE",
              required = true,
              description = "The lane: transport:destination, such as remote:example.org.")
          String lane) {
    return change("move", "moved", which, caution, c -> queue().move(c, lane));
  }

  @Command(name = "retry", description = "Makes deferred mail due now.")
  int retry(@Mixin QueueSelection which, @Mixin Caution caution) {
    return change("retry", "retried", which, caution, queue()::retry);
  }

  /** What keeps a slip from touching the whole queue. */
  static final class Caution {
    @Option(
        names = {"--dry-run", "--preview"},
        description = "Only counts what would be touched.")
    boolean preview;

    @Option(
        names = "--all",
        description = "Means the whole queue; needed when no condition is given.")
    boolean all;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @SuppressWarnings("NullAway.Init") // picocli injects the specification
    Caution() {}
  }

  private int change(
      String operation,
      String done,
      QueueSelection which,
      Caution caution,
      ToLongFunction<String> change) {
    if (which.isEverything() && !caution.all) {
      throw new ParameterException(
          caution.command.commandLine(),
          "name a queue id or a condition, or --all for the whole queue");
    }
    if (caution.preview) {
      session
          .out()
          .println(queue().preview(operation, which.conditions()) + " meant; nothing was done");
      return ExitCodes.OK;
    }
    return done(change.applyAsLong(which.conditions()), done);
  }

  private int done(long count, String what) {
    session.out().println(count + " " + what);
    return ExitCodes.OK;
  }
}
