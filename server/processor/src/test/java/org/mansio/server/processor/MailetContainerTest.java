package org.mansio.server.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.server.processor.ChainFixture.addresses;
import static org.mansio.server.processor.ChainFixture.lanes;
import static org.mansio.server.processor.ChainFixture.mail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.server.kernel.config.ConfigurationException;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.ProcessingResult.Postponed;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceEvent.Kind;

class MailetContainerTest {
  private static final String A = "a@one.example";
  private static final String B = "b@two.example";
  private static final String C = "c@one.example";

  @TempDir
  private Path folder;

  private ChainFixture fixture;

  @BeforeEach
  void prepare() {
    fixture = new ChainFixture(folder);
  }

  private void root(String content) throws IOException {
    fixture.loadProcessors("<processor state=\"root\">" + content + "</processor>");
  }

  private ChainFixture failing(Throwable thrown) {
    return fixture.mailet("Fail", false, s -> mail -> {
      throw MailetContainerTest.<RuntimeException>sneaky(thrown);
    });
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void takesAMailThroughWithItsContentAsItIs() throws IOException {
    root("<mailet class=\"Identity\"/><mailet class=\"Deliver\"/>");
    SpooledMail mail = mail(A);
    ProcessingResult result = fixture.run(mail);
    assertThat(result.dispatches()).singleElement().satisfies(d -> {
      assertThat(d.mail().id()).isEqualTo(mail.id());
      assertThat(d.mail().content()).isSameAs(mail.content());
      assertThat(d.route()).isEqualTo(new Route("smtp", "one.example", "error"));
    });
    assertThat(result.mails()).isEmpty();
    assertThat(result.postponed()).isEmpty();
  }

  @Test
  void splitsByRecipientsAndLeavesATraceOfIt() throws IOException {
    root("<mailet match=\"RecipientIs=" + A + "\" class=\"Null\"/><mailet class=\"Deliver\"/>");
    SpooledMail mail = mail(A, B);
    ProcessingResult result = fixture.run(mail);
    assertThat(lanes(result)).isEqualTo(Map.of("smtp:two.example", List.of(B)));
    String part = result.dispatches().getFirst().mail().id().value();
    assertThat(part).startsWith(mail.id() + ".");
    assertThat(fixture.events(Kind.SENT)).singleElement().satisfies(e -> {
      assertThat(e.id()).isEqualTo(mail.id());
      assertThat(e.where()).isEqualTo("root/0/Null");
      assertThat(e.details()).containsEntry("child", part).containsEntry("recipients", B);
    });
    assertThat(fixture.events(Kind.DROPPED))
        .singleElement()
        .satisfies(e -> assertThat(e.details()).containsEntry("recipients", A));
  }

  @Test
  void givesTheSamePartTheSameIdWhenTheRunIsRepeated() throws IOException {
    root("<mailet match=\"RecipientIs=" + A + "\" class=\"Null\"/><mailet class=\"Deliver\"/>");
    SpooledMail mail = mail(A, B);
    assertThat(fixture.run(mail).dispatches().getFirst().mail().id())
        .isEqualTo(fixture.run(mail).dispatches().getFirst().mail().id());
  }

  @Test
  void keepsIdsShortHoweverOftenAPartSplits() throws IOException {
    StringBuilder chain = new StringBuilder();
    String[] recipients = new String[20];
    for (int i = 0; i < recipients.length; i++) {
      recipients[i] = "r" + i + "x@one.example";
      chain
          .append("<mailet match=\"RecipientIs=")
          .append(recipients[i])
          .append("\" class=\"Null\"/>");
    }
    root(chain + "<mailet class=\"Null\"/>");
    fixture.run(mail(recipients));
    assertThat(fixture.events(Kind.DROPPED).map(TraceEvent::id).distinct()).hasSize(20);
  }

  @Test
  void bringsPartsThatGoTheSameWayTogetherAgain() throws IOException {
    root("<mailet match=\"RecipientIs=" + A + "\" class=\"Note\"/><mailet class=\"Deliver\"/>");
    SpooledMail mail = mail(A, B, C);
    ProcessingResult result = fixture.run(mail);
    assertThat(fixture.served).containsExactly("root:" + A);
    assertThat(lanes(result))
        .isEqualTo(Map.of("smtp:one.example", List.of(A, C), "smtp:two.example", List.of(B)));
    assertThat(result.dispatches()).hasSize(2);
    assertThat(result.dispatches().getFirst().mail().id()).isEqualTo(mail.id());
  }

  @Test
  void keepsPartsApartThatDifferInTheirAttributes() throws IOException {
    fixture.mailet("Mark", false, s -> mail -> {
      mail.setAttributes(mail.attributes().with("mark", "yes"));
      return Outcome.next();
    });
    root("<mailet match=\"RecipientIs=" + A + "\" class=\"Mark\"/><mailet class=\"Deliver\"/>");
    assertThat(fixture.run(mail(A, C)).dispatches()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      And | a@one.example
      Or  | a@one.example,b@two.example,c@one.example
      Xor | b@two.example,c@one.example
      Not | d@two.example
      """)
  void combinesMatchersByRecipient(String operation, String expected) throws IOException {
    root("<matcher name=\"both\" match=\"" + operation + "\"><matcher match=\"RecipientIs=" + A
        + "," + B
        + "\"/><matcher match=\"RecipientIs=" + A + "," + C + "\"/></matcher>"
        + "<mailet match=\"both\" class=\"Note\"/><mailet class=\"Null\"/>");
    fixture.run(mail(A, B, C, "d@two.example"));
    assertThat(fixture.served).containsExactly("root:" + expected);
  }

  @Test
  void nestsCompositesAndTurnsConditionsRound() throws IOException {
    root(
        "<matcher name=\"x\" match=\"And\"><matcher match=\"Not\"><matcher match=\"RecipientIs=" + A
            + "\"/></matcher><matcher notmatch=\"RecipientIs=" + B + "\"/></matcher>"
            + "<mailet notmatch=\"x\" class=\"Note\"/><mailet class=\"Null\"/>");
    fixture.run(mail(A, B, C));
    assertThat(fixture.served).containsExactly("root:" + A + "," + B);
  }

  // ---- failures

  @Test
  void sendsAMailWhoseMailetThrowsToTheErrorProcessor() throws IOException {
    failing(new java.io.FileNotFoundException("no\nsuch file"));
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
    failing(new NoClassDefFoundError("com/gone/Lib"));
    root("<mailet class=\"Fail\"/><mailet class=\"Null\"/>");
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
    failing(new IllegalStateException("broken"));
    root("<mailet match=\"RecipientIs=" + A + "\" class=\"Fail\"/><mailet class=\"Deliver\"/>");
    ProcessingResult result = fixture.run(mail(A, B));
    assertThat(lanes(result)).isEqualTo(Map.of("smtp:two.example", List.of(B)));
    assertThat(fixture.served).containsExactly("error:" + A);
  }

  @ParameterizedTest
  @CsvSource({"ignore,root", "other,other", "error,error"})
  void followsOnMailetException(String rule, String expected) throws IOException {
    failing(new IllegalStateException("broken"));
    fixture.loadProcessors(
        "<processor state=\"root\"><mailet class=\"Fail\"><onMailetException>" + rule
            + "</onMailetException></mailet><mailet class=\"Note\"/><mailet class=\"Null\"/></processor>"
            + "<processor state=\"other\"><mailet class=\"Note\"/><mailet class=\"Null\"/></processor>");
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
            + "</onMatchException></mailet><mailet class=\"ToProcessor\"><processor>other</processor></mailet></processor>"
            + "<processor state=\"other\"><mailet class=\"Note\"/><mailet class=\"Null\"/></processor>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly(expected.split("\\|"));
  }

  @Test
  void keepsAMailInPlaceWhenAnExceptionPropagates() throws IOException {
    failing(new IllegalStateException("broken"));
    root(
        "<mailet class=\"Fail\"><onMailetException>propagate</onMailetException></mailet><mailet class=\"Null\"/>");
    assertThat(fixture.run(mail(A)).postponed()).singleElement().satisfies(p -> {
      assertThat(p.mail().processor()).isEqualTo("root");
      assertThat(p.mail().position()).isZero();
    });
  }

  @Test
  void neverLosesAMailWhoseErrorProcessorFails() throws IOException {
    failing(new IllegalStateException("broken"));
    fixture.loadProcessors(
        "<processor state=\"root\"><mailet class=\"Fail\"/><mailet class=\"Null\"/></processor>"
            + "<processor state=\"error\"><mailet class=\"Identity\"/><mailet class=\"Fail\"/><mailet class=\"Null\"/></processor>");
    assertThat(fixture.run(mail(A)).postponed()).singleElement().satisfies(p -> {
      assertThat(p.mail().processor()).isEqualTo("error");
      assertThat(p.mail().position()).isEqualTo(1);
      assertThat(p.delay()).isGreaterThanOrEqualTo(Duration.ofMinutes(30));
      assertThat(addresses(p.mail().envelope())).containsExactly(A);
    });
  }

  @Test
  void endsALoopOfProcessorsInTheErrorProcessor() throws IOException {
    fixture.loadProcessors(
        "<processor state=\"root\"><mailet class=\"ToProcessor\"><processor>ping</processor></mailet></processor>"
            + "<processor state=\"ping\"><mailet class=\"ToProcessor\"><processor>pong</processor></mailet></processor>"
            + "<processor state=\"pong\"><mailet class=\"ToProcessor\"><processor>ping</processor></mailet></processor>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly("error:" + A);
    assertThat(fixture.events(Kind.ERROR))
        .singleElement()
        .satisfies(e -> assertThat(e.text()).contains("more than 100 times; the chain has a loop"));
  }

  @Test
  void letsAMailWaitWhenTheErrorProcessorIsPartOfALoop() throws IOException {
    fixture.loadProcessors(
        "<processor state=\"root\"><mailet class=\"ToProcessor\"><processor>error</processor></mailet></processor>"
            + "<processor state=\"error\"><mailet class=\"ToProcessor\"><processor>root</processor></mailet></processor>");
    assertThat(fixture.run(mail(A)).postponed()).hasSize(1);
  }

  @Test
  void sendsAMailAtTheEndOfAProcessorToTheErrorProcessor() throws IOException {
    fixture.mailet("Liar", true, s -> mail -> Outcome.next());
    root("<mailet class=\"Liar\"/>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly("error:" + A);
    assertThat(fixture.events(Kind.ERROR))
        .singleElement()
        .satisfies(e -> assertThat(e.text()).isEqualTo("reached the end of processor 'root'"));
  }

  @Test
  void refusesToBelieveThatAMailWasDispatchedWhenItWasNot() throws IOException {
    fixture.mailet("Liar", true, s -> mail -> Outcome.dispatched());
    root("<mailet class=\"Liar\"/>");
    fixture.run(mail(A));
    assertThat(fixture.served).containsExactly("error:" + A);
  }

  @Test
  void treatsANullOutcomeAndAnUnknownProcessorAsFailures() throws IOException {
    fixture.mailet("Nil", true, s -> mail -> null);
    fixture.mailet("Astray", true, s -> mail -> Outcome.toProcessor("nowhere"));
    root("<mailet match=\"RecipientIs=" + A + "\" class=\"Nil\"/><mailet class=\"Astray\"/>");
    fixture.run(mail(A, B));
    assertThat(fixture.served).containsExactly("error:" + A, "error:" + B);
  }

  @Test
  void sendsAMailOfAProcessorThatIsGoneToTheErrorProcessor() throws IOException {
    root("<mailet class=\"Null\"/>");
    fixture.run(mail(A).at("gone", 3, 0));
    fixture.run(mail(B).at("root", 7, 0));
    assertThat(fixture.served).containsExactly("error:" + A, "error:" + B);
  }

  // ---- waiting

  @Test
  void waitsInPlaceForSomethingTemporaryAndRunsTheSameMailetAgain() throws IOException {
    AtomicBoolean away = new AtomicBoolean(true);
    fixture.mailet("Lookup", false, s -> mail -> {
      if (away.get()) {
        throw new TemporaryFailure("the database is away");
      }
      return Outcome.next();
    });
    root("<mailet match=\"RecipientIs=" + A + "\" class=\"Note\"/><mailet match=\"RecipientIs=" + A
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
    failing(new TemporaryFailure("away"));
    root("<mailet class=\"Fail\"/><mailet class=\"Null\"/>");
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
    failing(DirectoryException.unavailable("away", new IOException("refused")));
    root("<mailet class=\"Fail\"/><mailet class=\"Null\"/>");
    assertThat(fixture.run(mail(A)).postponed()).hasSize(1);
  }

  @Test
  void givesUpWaitingAfterDays() throws IOException {
    failing(new TemporaryFailure("away"));
    root("<mailet class=\"Fail\"/><mailet class=\"Null\"/>");
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
    root("<mailet class=\"Later\"/>");
    ProcessingResult result = fixture.run(mail(A, B));
    assertThat(lanes(result)).isEqualTo(Map.of("smtp:one.example", List.of(A)));
    assertThat(result.postponed()).singleElement().satisfies(p -> {
      assertThat(p.delay()).isEqualTo(Duration.ofSeconds(7));
      assertThat(addresses(p.mail().envelope())).containsExactly(B);
    });
  }

  // ---- new mails

  @Test
  void handsNewMailsOverWithTheEndOfTheirOrigin() throws IOException {
    SpooledMail copy = mail(C);
    fixture.mailet("Copy", false, s -> mail -> {
      mail.send(copy);
      mail.note("a copy for the archive");
      return Outcome.next();
    });
    root("<mailet class=\"Copy\"/><mailet class=\"Null\"/>");
    assertThat(fixture.run(mail(A)).mails()).containsExactly(copy);
    assertThat(fixture.events(Kind.SENT))
        .singleElement()
        .satisfies(e -> assertThat(e.details()).containsEntry("child", copy.id().value()));
    assertThat(fixture.events(Kind.NOTE))
        .singleElement()
        .satisfies(e -> assertThat(e.where()).isEqualTo("root/0/Copy"));
  }

  @Test
  void endsAMailThatHasNoRecipientLeftWithATrace() throws IOException {
    fixture.mailet("Empty", false, s -> mail -> {
      mail.setRecipients(List.of());
      return Outcome.next();
    });
    root("<mailet class=\"Empty\"/><mailet class=\"Deliver\"/>");
    ProcessingResult result = fixture.run(mail(A));
    assertThat(result.dispatches()).isEmpty();
    assertThat(fixture.events(Kind.DROPPED))
        .singleElement()
        .satisfies(e -> assertThat(e.text()).isEqualTo("no recipient is left"));
  }

  // ---- reload

  @Test
  void keepsTheChainInForceWhenTheNewOneIsWrong() throws Exception {
    root("<mailet class=\"Deliver\"/>");
    fixture.write("<mailetcontainer/>");
    assertThatThrownBy(() -> fixture.container().reload())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("<mailetcontainer> needs <processors>");
    assertThat(fixture.run(mail(A)).dispatches()).hasSize(1);
  }

  @Test
  void closesOldMailetsWhenTheLastMailHasLeftThem() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicInteger closed = new AtomicInteger();
    fixture.mailet("Slow", false, s -> new Mailet() {
      @Override
      public Outcome service(Mail mail) throws InterruptedException {
        entered.countDown();
        mayEnd.await();
        return Outcome.next();
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    });
    root("<mailet class=\"Slow\"/><mailet class=\"Deliver\"/>");
    Thread run = Thread.ofVirtual().start(() -> fixture.run(mail(A)));
    entered.await();
    fixture.write(ChainFixture.chain(
        "<processor state=\"root\"><mailet class=\"Note\"/><mailet class=\"Null\"/></processor>"));
    fixture.container().reload();
    assertThat(closed).hasValue(0);
    fixture.run(mail(B));
    assertThat(fixture.served).containsExactly("root:" + B);
    mayEnd.countDown();
    run.join();
    assertThat(closed).hasValue(1);
  }

  @Test
  void refusesMailOnceItIsClosed() throws IOException {
    root("<mailet class=\"Null\"/>");
    fixture.container().close();
    fixture.container().close();
    assertThatThrownBy(() -> fixture.run(mail(A))).isInstanceOf(IllegalStateException.class);
  }
}
