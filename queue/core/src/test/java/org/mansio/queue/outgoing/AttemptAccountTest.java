package org.mansio.queue.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MemoryTrace;
import org.mansio.spi.trace.DeliveryLog;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceEvent.Kind;
import org.slf4j.LoggerFactory;

/** What log and trace tell of an attempt, and how a mail and the report on it name each other. */
class AttemptAccountTest {
  private static final Instant ARRIVAL = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = ARRIVAL.plusMillis(1_500);
  private static final Optional<String> HOST = Optional.of("mx.example.net");

  private final Logger logger = (Logger) LoggerFactory.getLogger(DeliveryLog.LOGGER);
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final MemoryTrace events = new MemoryTrace();
  private final DeliveryTrace trace = new DeliveryTrace(events);

  @BeforeEach
  void listen() {
    written.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(written);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(written);
    logger.setLevel(null);
  }

  private static RecipientResult sent() {
    return new RecipientResult.Delivered(
        EnhancedStatus.parse("2.0.0"), HOST, "250 2.0.0 Ok: queued as 7", false, false);
  }

  private static RecipientResult later() {
    return new RecipientResult.Deferred(
        EnhancedStatus.parse("4.2.1"), HOST, "451 4.2.1 come again");
  }

  private static RecipientResult never() {
    return new RecipientResult.Failed(
        EnhancedStatus.parse("5.1.1"), HOST, "550 5.1.1 no such user");
  }

  /** An attempt, told to both. */
  private AttemptOutcome attempt(Duration maxAge, Map<String, RecipientResult> results) {
    SpooledMail mail = new SpooledMail(
        new MailId("M1"),
        Envelope.of("alice@example.org", results.keySet().toArray(String[]::new)),
        Content.of(new byte[] {'x'}),
        Attributes.none(),
        Origin.local(),
        ARRIVAL,
        "root",
        0,
        0);
    Delivery delivery = new Delivery(mail, new Route("remote", "example.net", "bounces"), 1);
    DeliveryReport report = new DeliveryReport(
        results.entrySet().stream()
            .collect(Collectors.toMap(e -> Recipient.of(e.getKey()), Map.Entry::getValue)),
        false);
    AttemptOutcome outcome = AttemptOutcome.of(
        delivery,
        report,
        new RetrySchedule(List.of(Duration.ofHours(1)), maxAge, List.of()),
        Optional.empty(),
        NOW);
    trace.attempted(delivery, report, outcome, outcome.due());
    AttemptLog.attempted(delivery, report, outcome, Optional.empty(), NOW);
    trace.notices(delivery, Notices.of(delivery, outcome));
    return outcome;
  }

  private List<String> lines() {
    return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private TraceEvent event(Kind kind) {
    return events.events().stream().filter(e -> e.kind() == kind).findFirst().orElseThrow();
  }

  @Test
  void aDeliveryIsOneLineWithTheReply() {
    attempt(Duration.ofDays(5), Map.of("bob@example.net", sent()));
    assertThat(lines())
        .containsExactly("M1: to=<bob@example.net>, relay=mx.example.net, via=remote:example.net,"
            + " attempt=1, delay=1.50, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 7)");
  }

  @Test
  void recipientsThatWereAnsweredTheSameShareALine() {
    Map<String, RecipientResult> results = new LinkedHashMap<>();
    results.put("a@example.net", sent());
    results.put("b@example.net", never());
    results.put("c@example.net", sent());
    results.put("d@example.net", later());
    attempt(Duration.ofDays(5), results);
    assertThat(lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("to=<a@example.net>,<c@example.net>, ")
            && line.endsWith("status=sent (250 2.0.0 Ok: queued as 7)"))
        .anyMatch(line -> line.contains("to=<b@example.net>, ")
            && line.endsWith("dsn=5.1.1, status=bounced (550 5.1.1 no such user)"))
        .anyMatch(line -> line.contains("to=<d@example.net>, ")
            && line.endsWith("dsn=4.2.1, status=deferred (451 4.2.1 come again)"));
  }

  @Test
  void whatIsTooOldSaysSoInLogAndTrace() {
    attempt(Duration.ofSeconds(1), Map.of("bob@example.net", later()));
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("dsn=5.4.7, status=bounced (delivery time expired; last: 451 4.2.1 come again)");
    assertThat(event(Kind.FAILED).text())
        .isEqualTo("delivery time expired; last: 451 4.2.1 come again");
    assertThat(event(Kind.FAILED).details()).containsEntry("status", "5.4.7");
  }

  @Test
  void theTraceSaysWhatTheHostSaidAndNoWordTwice() {
    attempt(Duration.ofDays(5), Map.of("bob@example.net", sent()));
    assertThat(event(Kind.DELIVERED).text()).isEqualTo("250 2.0.0 Ok: queued as 7");
    assertThat(event(Kind.DELIVERED).details())
        .containsEntry("recipient", "bob@example.net")
        .containsEntry("remote-mta", "mx.example.net");
  }

  @Test
  void theTraceSaysWhenItIsTriedAgain() {
    attempt(Duration.ofDays(5), Map.of("bob@example.net", later()));
    assertThat(event(Kind.DEFERRED).text())
        .matches("451 4\\.2\\.1 come again; next attempt at 2026-01-01T01:[0-9:]{5}Z");
  }

  @Test
  void theMailNamesItsReportAndTheReportTheMail() {
    attempt(Duration.ofDays(5), Map.of("bob@example.net", never()));
    String child = event(Kind.SENT).details().get("child");
    assertThat(event(Kind.SENT).id()).hasToString("M1");
    assertThat(event(Kind.SENT).text())
        .isEqualTo("back into the chain as " + child + ", to report the failure");
    TraceEvent made = event(Kind.MADE);
    assertThat(made.id()).hasToString(child);
    assertThat(made.text()).isEqualTo("made of M1, to report the failure");
    assertThat(made.details()).containsEntry("about", "M1");
  }

  @Test
  void whatGoesBackIntoTheChainKnowsWhichMailItIsAbout() {
    AttemptOutcome outcome = attempt(Duration.ofDays(5), Map.of("bob@example.net", never()));
    SpooledMail mail = SpooledMail.arriving(
        new MailId("M1"),
        Envelope.of("alice@example.org", "bob@example.net"),
        Content.of(new byte[] {'x'}),
        Origin.local());
    Delivery delivery = new Delivery(mail, new Route("remote", "example.net", "bounces"), 1);
    assertThat(Notices.of(delivery, outcome))
        .singleElement()
        .satisfies(
            notice -> assertThat(notice.attributes().text(Attributes.REPORT_ON)).contains("M1"));
  }
}
