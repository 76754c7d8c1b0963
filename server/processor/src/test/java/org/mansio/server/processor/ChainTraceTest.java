package org.mansio.server.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.server.processor.ChainFixture.mail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.DeliveryLog;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceEvent.Kind;
import org.slf4j.LoggerFactory;

/** How mails name each other in the trace, and what the log says of those that end or wait in the chain. */
class ChainTraceTest extends ContainerTest {
  private static final SpooledMail REPORT = SpooledMail.arriving(
      Envelope.of("", "sender@example.org"),
      Content.of("Message-ID: <report@example.org>\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
      Origin.local());

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

  private void reporting() throws IOException {
    fixture.mailet("Report", true, s -> mail -> {
      mail.send(REPORT);
      return Outcome.dropped("reported");
    });
    fixture.root("<mailet class=\"Report\"/>");
  }

  @Test
  void aSentMailBeginsWithWhereItComesFrom() throws IOException {
    reporting();
    SpooledMail mail = mail(A);
    fixture.run(mail);
    assertThat(fixture.events(Kind.MADE)).singleElement().satisfies(event -> {
      assertThat(event.id()).isEqualTo(REPORT.id());
      assertThat(event.text()).isEqualTo("made of " + mail.id());
      assertThat(event.details())
          .containsEntry("parent", mail.id().value())
          .containsEntry("recipients", "sender@example.org")
          .containsEntry("message-id", "<report@example.org>")
          .doesNotContainKey("about");
    });
  }

  @Test
  void aReportAndTheMailThatItIsAboutNameEachOther() throws IOException {
    reporting();
    SpooledMail returned = mail(A);
    fixture.run(returned.withAttributes(Attributes.none().with(Attributes.REPORT_ON, "M1")));
    assertThat(fixture.events(Kind.MADE).map(TraceEvent::details))
        .singleElement()
        .satisfies(details -> assertThat(details)
            .containsEntry("about", "M1")
            .containsEntry("parent", returned.id().value()));
    assertThat(fixture.events(Kind.SENT).filter(e -> e.id().equals(new MailId("M1"))))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.text())
              .isEqualTo("reported on in " + REPORT.id() + " to sender@example.org");
          assertThat(event.details()).containsEntry("child", REPORT.id().value());
        });
    assertThat(lines())
        .as("its recipients were logged when the delivery failed")
        .isEmpty();
  }

  @Test
  void whatTheChainDropsStandsInTheLog() throws IOException {
    fixture.root("<mailet class=\"Null\"/>");
    SpooledMail mail = mail(A, B);
    fixture.run(mail);
    assertThat(lines())
        .singleElement()
        .asString()
        .matches(mail.id() + ": to=<" + A + ">,<" + B
            + ">, relay=none, via=root/0/Null, delay=[0-9.]+, status=dropped \\(unwanted\\)");
  }

  @Test
  void whatTheChainRefusesIsBounced() throws IOException {
    fixture.mailet("Refuse", true, s -> mail -> {
      mail.setRecipients(mail.recipients().stream()
          .map(r -> r.withStatus(RecipientStatus.failed(new EnhancedStatus(5, 1, 1), "nobody")))
          .toList());
      return Outcome.dropped("reported");
    });
    fixture.root("<mailet class=\"Refuse\"/>");
    fixture.run(mail(A));
    assertThat(lines()).singleElement().asString().endsWith("dsn=5.1.1, status=bounced (reported)");
  }

  @Test
  void whatWaitsInTheChainStandsInTheLogAndReadsWellInTheTrace() throws IOException {
    fixture.failing(new TemporaryFailure("the database is away"));
    fixture.root("<mailet class=\"Fail\"/><mailet class=\"Null\"/>");
    fixture.run(mail(A));
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("via=root/0/Fail, ", ", next=2")
        .endsWith("status=deferred (mailet failed: TemporaryFailure: the database is away)");
    assertThat(fixture.events(Kind.DEFERRED).map(TraceEvent::text))
        .containsExactly(
            "mailet failed: TemporaryFailure: the database is away; again in 30 seconds");
  }
}
