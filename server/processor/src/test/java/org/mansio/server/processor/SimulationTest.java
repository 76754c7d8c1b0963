package org.mansio.server.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.server.processor.ChainFixture.mail;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.mansio.server.kernel.Simulation;
import org.mansio.server.kernel.Simulation.End;
import org.mansio.server.kernel.Simulation.Way;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.queue.SpooledMail;
import org.slf4j.LoggerFactory;

/** A mail on trial: what it tells, and that nothing comes of it. */
class SimulationTest extends ContainerTest {
  private Simulation simulate(SpooledMail mail) {
    return fixture.container().simulate(mail);
  }

  private static List<String> ends(Way way) {
    return way.ends().stream()
        .map(end -> end.recipient() + " " + end.kind() + " " + end.where())
        .toList();
  }

  private static List<String> steps(Way way) {
    return way.steps().stream().map(e -> e.where() + ": " + e.text()).toList();
  }

  private static SpooledMail report() {
    return SpooledMail.arriving(
        Envelope.of("", "sender@example.org"), Content.of(new byte[] {'x'}), Origin.local());
  }

  @Test
  void tellsEachStepAndWhereItEnds() throws IOException {
    fixture.loadProcessors("<processor state=\"root\"><mailet match=\"RecipientIs=" + B
        + "\" class=\"Null\"/><mailet notmatch=\"SenderIs=sender@example.org\" class=\"Null\"/>"
        + "<mailet class=\"ToProcessor\"><processor>out</processor></mailet></processor>"
        + "<processor state=\"out\"><mailet match=\"RecipientIs=" + A
        + "\" class=\"Deliver\"/><mailet class=\"Null\"/></processor>");
    Simulation simulation = simulate(mail(A));
    assertThat(simulation.ways()).singleElement().satisfies(way -> {
      assertThat(steps(way))
          .containsExactly(
              "root/0/Null: RecipientIs=" + B + " matches nobody",
              "root/1/Null: SenderIs=sender@example.org matches all",
              "root/2/ToProcessor: to processor out",
              "out/0/Deliver: RecipientIs=" + A,
              "out/0/Deliver: smtp:one.example",
              "out/0/Deliver: dispatched");
      assertThat(ends(way)).containsExactly(A + " DELIVERY smtp:one.example");
      assertThat(way.parent()).isEmpty();
      assertThat(way.reversePath()).isEqualTo("<sender@example.org>");
    });
    assertThat(simulation.missing()).isEmpty();
    assertThat(simulation.isComplete()).isTrue();
  }

  @Test
  void eachPartHasItsWayFromTheBeginning() throws IOException {
    fixture.root("<mailet class=\"Identity\"/><mailet match=\"RecipientIs=" + A
        + "\" class=\"Null\"/><mailet class=\"Deliver\"/>");
    Simulation simulation = simulate(mail(A, B));
    assertThat(simulation.ways()).hasSize(2);
    assertThat(ends(simulation.ways().getFirst())).containsExactly(A + " DROP root/1/Null");
    assertThat(ends(simulation.ways().getLast())).containsExactly(B + " DELIVERY smtp:two.example");
    assertThat(steps(simulation.ways().getLast()))
        .startsWith(
            "root/0/Identity: went on", "root/1/Null: RecipientIs=" + A + " for 1 of 2 recipients")
        .endsWith("root/2/Deliver: dispatched")
        .doesNotContain("root/1/Null: unwanted");
  }

  @Test
  void leavesTraceLogAndResultAlone() throws IOException {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    fixture.failing(new IllegalArgumentException("broken")).simulated.add("Fail");
    fixture.root("<mailet class=\"Fail\"/><mailet class=\"Deliver\"/>");
    log.start();
    root.addAppender(log);
    try {
      simulate(mail(A));
    } finally {
      root.detachAppender(log);
    }
    assertThat(fixture.services.trace.events()).isEmpty();
    assertThat(log.list).isEmpty();
  }

  @Test
  void aMailetThatDoesNotSayThatItMayIsNotRun() throws IOException {
    AtomicInteger ran = new AtomicInteger();
    fixture.mailet("Foreign", false, s -> mail -> {
      ran.incrementAndGet();
      return Outcome.dropped("gone");
    });
    fixture.root("<mailet class=\"Foreign\"/><mailet class=\"Deliver\"/>");
    Way way = simulate(mail(A)).ways().getFirst();
    assertThat(steps(way)).startsWith("root/0/Foreign: would run; what it does isn't simulated");
    assertThat(ends(way)).containsExactly(A + " DELIVERY smtp:one.example");
    assertThat(ran).hasValue(0);
  }

  @Test
  void aMailetThatTakesAllMailAndIsNotRunIsAnEndOfItsOwnKind() throws IOException {
    fixture.mailet("Foreign", true, s -> mail -> Outcome.dropped("gone"));
    fixture.root("<mailet class=\"Foreign\"/>");
    assertThat(ends(simulate(mail(A)).ways().getFirst()))
        .containsExactly(A + " UNKNOWN root/0/Foreign");
  }

  @Test
  void aMailetCanSeeThatItIsASimulation() throws IOException {
    AtomicReference<Boolean> seen = new AtomicReference<>();
    fixture
        .mailet("Look", false, s -> mail -> {
          seen.set(mail.isSimulated());
          return Outcome.next();
        })
        .simulated
        .add("Look");
    fixture.root("<mailet match=\"RecipientIs=" + B + "\" class=\"Null\"/><mailet class=\"Look\"/>"
        + "<mailet class=\"Null\"/>");
    simulate(mail(A, B));
    assertThat(seen).hasValue(true);
    fixture.run(mail(A));
    assertThat(seen).hasValue(false);
  }

  @Test
  void aFailureThatIsReportedIsABounceWithItsStatusAndTheReportIsFollowed() throws IOException {
    fixture
        .mailet("Report", true, s -> mail -> {
          mail.send(report());
          mail.setRecipients(failed(mail));
          return Outcome.dropped("failure reported");
        })
        .simulated
        .add("Report");
    fixture.root(
        "<mailet match=\"RecipientIs=" + A + "\" class=\"Report\"/><mailet class=\"Deliver\"/>");
    Simulation simulation = simulate(mail(A));
    assertThat(simulation.ways()).hasSize(2);
    End end = simulation.ways().getFirst().ends().getFirst();
    assertThat(end.kind()).isEqualTo(End.Kind.BOUNCE);
    assertThat(end.status()).contains(new EnhancedStatus(5, 1, 1));
    assertThat(end.text()).isEqualTo("failure reported");
    Way reported = simulation.ways().getLast();
    assertThat(reported.parent()).contains(simulation.ways().getFirst().id());
    assertThat(reported.reversePath()).isEqualTo("<>");
    assertThat(ends(reported)).containsExactly("sender@example.org DELIVERY smtp:example.org");
  }

  private static List<Recipient> failed(Mail mail) {
    return mail.recipients().stream()
        .map(r ->
            r.withStatus(RecipientStatus.failed(new EnhancedStatus(5, 1, 1), "550 5.1.1 nobody")))
        .toList();
  }

  @Test
  void mailsWithoutEndAreNotFollowedWithoutEnd() throws IOException {
    fixture
        .mailet("Again", true, s -> mail -> {
          mail.send(mail(A));
          return Outcome.dropped("again");
        })
        .simulated
        .add("Again");
    fixture.root("<mailet class=\"Again\"/>");
    Simulation simulation = simulate(mail(A));
    assertThat(simulation.ways()).hasSize(ChainSimulation.MAX_MAILS);
    assertThat(simulation.isComplete()).isFalse();
  }

  @Test
  void whatAMailetThrowsEndsInTheErrorProcessorOrWaits() throws IOException {
    fixture.failing(new IllegalArgumentException("broken")).simulated.add("Fail");
    fixture
        .mailet("Away", false, s -> mail -> {
          throw new TemporaryFailure("the database is away");
        })
        .simulated
        .add("Away");
    fixture.root("<mailet match=\"RecipientIs=" + A + "\" class=\"Fail\"/><mailet class=\"Away\"/>"
        + "<mailet class=\"Null\"/>");
    Simulation simulation = simulate(mail(A, B));
    assertThat(ends(simulation.ways().getFirst())).containsExactly(A + " ERROR error/1/Null");
    assertThat(simulation.ways().getFirst().ends().getFirst().text())
        .isEqualTo("mailet failed: IllegalArgumentException: broken; then: unwanted");
    assertThat(ends(simulation.ways().getLast())).containsExactly(B + " WAIT root/1/Away");
  }

  @Test
  void rewrittenRecipientsSayWhoTheyWereAndWhoWentOnInAnothersPlaceIsNamed() throws IOException {
    fixture
        .mailet("Rewrite", false, s -> mail -> {
          mail.setRecipients(List.of(new Recipient(
              MailAddress.of(C),
              Set.of(),
              Optional.of("rfc822;a+40one.example"),
              Optional.empty())));
          return Outcome.next();
        })
        .simulated
        .add("Rewrite");
    fixture.root("<mailet class=\"Rewrite\"/><mailet class=\"Deliver\"/>");
    Simulation simulation = simulate(mail(A, B));
    assertThat(simulation.ways().getFirst().ends())
        .singleElement()
        .satisfies(end -> assertThat(end.original()).isEqualTo(A));
    assertThat(steps(simulation.ways().getFirst()))
        .contains("root/0/Rewrite: the recipients are now " + C);
    assertThat(simulation.missing()).containsExactly(MailAddress.of(B));
  }
}
