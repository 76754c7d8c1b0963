package org.mansio.server.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.server.processor.ChainFixture.addresses;
import static org.mansio.server.processor.ChainFixture.lanes;
import static org.mansio.server.processor.ChainFixture.mail;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.ProcessingResult.Postponed;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/** Mail that waits in its place in the chain for something temporary. */
class MailetRetriesTest extends ContainerTest {
  @Test
  void waitsInPlaceForSomethingTemporaryAndRunsTheSameMailetAgain() throws IOException {
    AtomicBoolean away = new AtomicBoolean(true);
    fixture.mailet("Lookup", false, s -> mail -> {
      if (away.get()) {
        throw new TemporaryFailure("the database is away");
      }
      return Outcome.next();
    });
    fixture.root(
        "<mailet match=\"RecipientIs=" + A + "\" class=\"Note\"/><mailet match=\"RecipientIs=" + A
            + "\" class=\"Lookup\"/><mailet class=\"Deliver\"/>");
    SpooledMail mail = mail(A, B);
    ProcessingResult first = fixture.run(mail);
    assertThat(lanes(first)).isEqualTo(Map.of("smtp:two.example", List.of(B)));
    Postponed waiting = first.postponed().getFirst();
    assertThat(waiting.reason()).contains("the database is away");
    assertThat(waiting.mail().id()).isEqualTo(mail.id());
    assertThat(waiting.mail().position()).isEqualTo(1);
    assertThat(waiting.mail().attempts()).isEqualTo(1);

    away.set(false);
    assertThat(lanes(fixture.run(waiting.mail())))
        .isEqualTo(Map.of("smtp:one.example", List.of(A)));
    assertThat(fixture.served).containsExactly("root:" + A);
  }

  @Test
  void waitsLongerEachTimeUpToAnHour() throws IOException {
    fixture.failing(new TemporaryFailure("away"));
    fixture.root("<mailet class=\"Fail\"/><mailet class=\"Null\"/>");
    SpooledMail mail = mail(A);
    Duration last = Duration.ZERO;
    for (int i = 0; i < 12; i++) {
      Postponed waiting = fixture.run(mail).postponed().getFirst();
      assertThat(waiting.delay())
          .isGreaterThanOrEqualTo(last)
          .isLessThanOrEqualTo(Duration.ofHours(1));
      last = waiting.delay();
      mail = waiting.mail();
    }
    assertThat(last).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void waitsWhenTheDirectoryIsAwayWhicheverWayItSaysSo() throws IOException {
    fixture.failing(DirectoryException.unavailable("away", new IOException("refused")));
    fixture.root("<mailet class=\"Fail\"/><mailet class=\"Null\"/>");
    assertThat(fixture.run(mail(A)).postponed()).hasSize(1);
  }

  @Test
  void givesUpWaitingAfterDays() throws IOException {
    fixture.failing(new TemporaryFailure("away"));
    fixture.root("<mailet class=\"Fail\"/><mailet class=\"Null\"/>");
    SpooledMail fresh = mail(A);
    SpooledMail old = new SpooledMail(
        fresh.id(),
        fresh.envelope(),
        fresh.content(),
        fresh.attributes(),
        fresh.origin(),
        Instant.now().minus(Duration.ofDays(6)),
        "root",
        0,
        50);
    assertThat(fixture.run(old).postponed()).isEmpty();
    assertThat(fixture.served).containsExactly("error:" + A);
  }

  @Test
  void keepsTheWorkOfAMailetThatAsksForARetry() throws IOException {
    fixture.mailet("Later", true, s -> mail -> {
      mail.dispatch(new Route("smtp", "one.example", "error"), List.of(Recipient.of(A)));
      mail.setRecipients(List.of(Recipient.of(B)));
      return Outcome.retryLater(Duration.ofSeconds(7), "B is busy");
    });
    fixture.root("<mailet class=\"Later\"/>");
    ProcessingResult result = fixture.run(mail(A, B));
    assertThat(lanes(result)).isEqualTo(Map.of("smtp:one.example", List.of(A)));
    assertThat(result.postponed()).singleElement().satisfies(p -> {
      assertThat(p.delay()).isEqualTo(Duration.ofSeconds(7));
      assertThat(addresses(p.mail().envelope())).containsExactly(B);
    });
  }
}
