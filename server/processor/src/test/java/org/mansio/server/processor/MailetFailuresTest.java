package org.mansio.server.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.server.processor.ChainFixture.addresses;
import static org.mansio.server.processor.ChainFixture.lanes;
import static org.mansio.server.processor.ChainFixture.mail;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.trace.TraceEvent.Kind;

/** What becomes of mail whose matchers, mailets or processors fail. */
class MailetFailuresTest extends ContainerTest {
  @Test
  void sendsAMailWhoseMailetThrowsToTheErrorProcessor() throws IOException {
    fixture.failing(new java.io.FileNotFoundException("no\nsuch file"));
    fixture.loadProcessors(
        "<processor state=\"root\"><mailet class=\"Fail\"/><mailet class=\"Null\"/></processor>"
            + "<processor state=\"error\"><mailet class=\"Deliver\"/></processor>");
    Attributes attributes = fixture.run(mail(A)).dispatches().getFirst().mail().attributes();
    assertThat(attributes.text(Attributes.ERROR))
        .contains("mailet failed: FileNotFoundException: no such file");
    assertThat(attributes.text(Attributes.EXCEPTION).orElseThrow())
        .startsWith("java.io.FileNotFoundException, java.io.IOException, java.lang.Exception");
    assertThat(fixture.events(Kind.ERROR)).hasSize(1);
  }

  @Test
  void treatsAnErrorOfAPluginLikeAnException() throws IOException {
    fixture.failing(new NoClassDefFoundError("com/gone/Lib"));
    fixture.root("<mailet class=\"Fail\"/><mailet class=\"Null\"/>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly("error:" + A);
  }

  /** With Apache James, a mail that failed halfway was handled again for all of its recipients. */
  @Test
  void takesBackWhatAMailetDidBeforeItThrew() throws IOException {
    fixture.mailet("HalfDone", true, s -> mail -> {
      mail.dispatch(new Route("smtp", "one.example", "error"), List.of(Recipient.of(A)));
      mail.send(mail(B));
      mail.setRecipients(List.of(Recipient.of(B)));
      mail.setAttributes(mail.attributes().with("half", "done"));
      throw new IllegalStateException("then it broke");
    });
    fixture.loadProcessors("<processor state=\"root\"><mailet class=\"HalfDone\"/></processor>"
        + "<processor state=\"error\"><mailet class=\"Deliver\"/></processor>");
    ProcessingResult result = fixture.run(mail(A, B));
    assertThat(result.mails()).isEmpty();
    assertThat(lanes(result))
        .isEqualTo(Map.of("smtp:one.example", List.of(A), "smtp:two.example", List.of(B)));
    assertThat(result.dispatches())
        .allSatisfy(d -> assertThat(d.mail().attributes().contains("half")).isFalse());
  }

  /** With Apache James, one part's failure brought bounces to recipients who had their mail. */
  @Test
  void failsOnlyThePartWhoseMailetThrew() throws IOException {
    fixture.failing(new IllegalStateException("broken"));
    fixture.root(
        "<mailet match=\"RecipientIs=" + A + "\" class=\"Fail\"/><mailet class=\"Deliver\"/>");
    ProcessingResult result = fixture.run(mail(A, B));
    assertThat(lanes(result)).isEqualTo(Map.of("smtp:two.example", List.of(B)));
    assertThat(fixture.served).containsExactly("error:" + A);
  }

  @ParameterizedTest
  @CsvSource({"ignore,root", "other,other", "error,error"})
  void followsOnMailetException(String rule, String expected) throws IOException {
    fixture.failing(new IllegalStateException("broken"));
    fixture.loadProcessors(
        "<processor state=\"root\"><mailet class=\"Fail\"><onMailetException>" + rule
            + "</onMailetException></mailet><mailet class=\"Note\"/><mailet"
            + " class=\"Null\"/></processor><processor state=\"other\"><mailet"
            + " class=\"Note\"/><mailet class=\"Null\"/></processor>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly(expected + ":" + A);
  }

  @ParameterizedTest
  @CsvSource({
    "nomatch,'other:a@one.example'",
    "matchall,'root:a@one.example|other:a@one.example'",
    "error,'error:a@one.example'"
  })
  void followsOnMatchException(String rule, String expected) throws IOException {
    fixture.loadProcessors(
        "<processor state=\"root\"><mailet match=\"Broken\" class=\"Note\"><onMatchException>"
            + rule
            + "</onMatchException></mailet><mailet"
            + " class=\"ToProcessor\"><processor>other</processor></mailet></processor><processor"
            + " state=\"other\"><mailet class=\"Note\"/><mailet class=\"Null\"/></processor>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly(expected.split("\\|"));
  }

  @Test
  void keepsAMailInPlaceWhenAnExceptionPropagates() throws IOException {
    fixture.failing(new IllegalStateException("broken"));
    fixture.root(
        "<mailet class=\"Fail\"><onMailetException>propagate</onMailetException></mailet><mailet"
            + " class=\"Null\"/>");
    assertThat(fixture.run(mail(A)).postponed()).singleElement().satisfies(p -> {
      assertThat(p.mail().processor()).isEqualTo("root");
      assertThat(p.mail().position()).isZero();
    });
  }

  @Test
  void neverLosesAMailWhoseErrorProcessorFails() throws IOException {
    fixture.failing(new IllegalStateException("broken"));
    fixture.loadProcessors("<processor state=\"root\"><mailet class=\"Fail\"/><mailet"
        + " class=\"Null\"/></processor><processor state=\"error\"><mailet"
        + " class=\"Identity\"/><mailet class=\"Fail\"/><mailet class=\"Null\"/></processor>");
    assertThat(fixture.run(mail(A)).postponed()).singleElement().satisfies(p -> {
      assertThat(p.mail().processor()).isEqualTo("error");
      assertThat(p.mail().position()).isEqualTo(1);
      assertThat(p.delay()).isGreaterThanOrEqualTo(Duration.ofMinutes(30));
      assertThat(addresses(p.mail().envelope())).containsExactly(A);
    });
  }

  @Test
  void endsALoopOfProcessorsInTheErrorProcessor() throws IOException {
    fixture.loadProcessors("<processor state=\"root\"><mailet"
        + " class=\"ToProcessor\"><processor>ping</processor></mailet></processor><processor"
        + " state=\"ping\"><mailet"
        + " class=\"ToProcessor\"><processor>pong</processor></mailet></processor><processor"
        + " state=\"pong\"><mailet"
        + " class=\"ToProcessor\"><processor>ping</processor></mailet></processor>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly("error:" + A);
    assertThat(fixture.events(Kind.ERROR))
        .singleElement()
        .satisfies(e -> assertThat(e.text()).contains("more than 100 times; the chain has a loop"));
  }

  @Test
  void letsAMailWaitWhenTheErrorProcessorIsPartOfALoop() throws IOException {
    fixture.loadProcessors("<processor state=\"root\"><mailet"
        + " class=\"ToProcessor\"><processor>error</processor></mailet></processor><processor"
        + " state=\"error\"><mailet"
        + " class=\"ToProcessor\"><processor>root</processor></mailet></processor>");
    assertThat(fixture.run(mail(A)).postponed()).hasSize(1);
  }

  @Test
  void sendsAMailAtTheEndOfAProcessorToTheErrorProcessor() throws IOException {
    fixture.mailet("Liar", true, s -> mail -> Outcome.next());
    fixture.root("<mailet class=\"Liar\"/>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly("error:" + A);
    assertThat(fixture.events(Kind.ERROR))
        .singleElement()
        .satisfies(e -> assertThat(e.text()).isEqualTo("reached the end of processor 'root'"));
  }

  @Test
  void refusesToBelieveThatAMailWasDispatchedWhenItWasNot() throws IOException {
    fixture.mailet("Liar", true, s -> mail -> Outcome.dispatched());
    fixture.root("<mailet class=\"Liar\"/>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly("error:" + A);
  }

  @Test
  void treatsANullOutcomeAndAnUnknownProcessorAsFailures() throws IOException {
    fixture.mailet("Nil", true, s -> mail -> null);
    fixture.mailet("Astray", true, s -> mail -> Outcome.toProcessor("nowhere"));
    fixture.root(
        "<mailet match=\"RecipientIs=" + A + "\" class=\"Nil\"/><mailet class=\"Astray\"/>");
    fixture.run(mail(A, B));
    assertThat(fixture.served).containsExactly("error:" + A, "error:" + B);
  }

  @Test
  void sendsAMailOfAProcessorThatIsGoneToTheErrorProcessor() throws IOException {
    fixture.root("<mailet class=\"Null\"/>");
    fixture.run(mail(A).at("gone", 3, 0));
    fixture.run(mail(B).at("root", 7, 0));
    assertThat(fixture.served).containsExactly("error:" + A, "error:" + B);
  }
}
