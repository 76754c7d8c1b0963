package org.mansio.spi.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.trace.DeliveryLog.Line;
import org.mansio.spi.trace.DeliveryLog.Status;
import org.slf4j.LoggerFactory;

class DeliveryLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(DeliveryLog.LOGGER);
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();

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

  private List<String> lines() {
    return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static Line line(List<Recipient> to, Optional<Instant> next, Status status, String text) {
    return new Line(
        new MailId("M1"),
        to,
        Optional.of("mx.example.net"),
        "remote:example.net",
        2,
        Duration.ofMillis(3_057),
        Optional.of(new EnhancedStatus(2, 0, 0)),
        next,
        status,
        text);
  }

  private static List<Recipient> bob() {
    return List.of(Recipient.of("bob@example.net"));
  }

  @Test
  void aLineHasTheFieldsOfTheTrade() {
    DeliveryLog.write(line(bob(), Optional.empty(), Status.SENT, "250 2.0.0 Ok: queued as {}"));
    assertThat(lines())
        .containsExactly("M1: to=<bob@example.net>, relay=mx.example.net, via=remote:example.net,"
            + " attempt=2, delay=3.05, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {})");
  }

  @Test
  void whatWaitsSaysUntilWhen() {
    DeliveryLog.write(line(
        bob(),
        Optional.of(Instant.parse("2026-03-01T08:00:00.123456Z")),
        Status.DEFERRED,
        "451 later"));
    assertThat(lines())
        .singleElement()
        .asString()
        .endsWith(", next=2026-03-01T08:00:00Z, status=deferred (451 later)");
  }

  @Test
  void whatNobodyAnsweredForHasNoRelayAttemptOrStatus() {
    DeliveryLog.write(new Line(
        new MailId("M1"),
        bob(),
        Optional.empty(),
        "root/0/Null",
        0,
        Duration.ofMillis(-5),
        Optional.empty(),
        Optional.empty(),
        Status.DROPPED,
        "unwanted"));
    assertThat(lines())
        .containsExactly(
            "M1: to=<bob@example.net>, relay=none, via=root/0/Null, delay=0.00, status=dropped (unwanted)");
  }

  @Test
  void strangersForgeNoLines() {
    DeliveryLog.write(line(
        bob(),
        Optional.empty(),
        Status.BOUNCED,
        "550 no\r\nM2: to=<x@y>\u0000\u001b[2J\u0085\u2028\u2029\u007f"));
    assertThat(lines()).singleElement().asString().endsWith("(550 no??M2: to=<x@y>??[2J????)");
  }

  @Test
  void longRepliesAreCut() {
    DeliveryLog.write(line(bob(), Optional.empty(), Status.BOUNCED, "x".repeat(5_000)));
    assertThat(lines()).singleElement().asString().endsWith("x…)").hasSizeLessThan(700);
  }

  @Test
  void manyRecipientsTakeSeveralLinesAndAreAllThere() {
    List<Recipient> many = IntStream.range(0, 120)
        .mapToObj(i -> Recipient.of("r" + i + "@example.net"))
        .toList();
    DeliveryLog.write(line(many, Optional.empty(), Status.SENT, "ok"));
    assertThat(lines()).hasSize(3).allMatch(line -> line.startsWith("M1: to=<r"));
    String all = String.join("\n", lines());
    assertThat(many).allMatch(r -> all.contains("<" + r + ">"));
  }

  @Test
  void itCanBeSwitchedOff() {
    logger.setLevel(Level.WARN);
    DeliveryLog.write(line(bob(), Optional.empty(), Status.SENT, "ok"));
    assertThat(DeliveryLog.isOn()).isFalse();
    assertThat(lines()).isEmpty();
  }
}
