package org.mansio.server.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.server.processor.ChainFixture.lanes;
import static org.mansio.server.processor.ChainFixture.mail;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.server.kernel.config.ConfigurationException;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceEvent.Kind;

class MailetContainerTest extends ContainerTest {
  @Test
  void takesAMailThroughWithItsContentAsItIs() throws IOException {
    fixture.root("<mailet class=\"Identity\"/><mailet class=\"Deliver\"/>");
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
    fixture.root(
        "<mailet match=\"RecipientIs=" + A + "\" class=\"Null\"/><mailet class=\"Deliver\"/>");
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
    fixture.root(
        "<mailet match=\"RecipientIs=" + A + "\" class=\"Null\"/><mailet class=\"Deliver\"/>");
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
    fixture.root(chain + "<mailet class=\"Null\"/>");
    fixture.run(mail(recipients));
    assertThat(fixture.events(Kind.DROPPED).map(TraceEvent::id).distinct()).hasSize(20);
  }

  @Test
  void bringsPartsThatGoTheSameWayTogetherAgain() throws IOException {
    fixture.root(
        "<mailet match=\"RecipientIs=" + A + "\" class=\"Note\"/><mailet class=\"Deliver\"/>");
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
    fixture.root(
        "<mailet match=\"RecipientIs=" + A + "\" class=\"Mark\"/><mailet class=\"Deliver\"/>");
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
    fixture.root(
        "<matcher name=\"both\" match=\"" + operation + "\"><matcher match=\"RecipientIs=" + A
            + "," + B
            + "\"/><matcher match=\"RecipientIs=" + A + "," + C + "\"/></matcher>"
            + "<mailet match=\"both\" class=\"Note\"/><mailet class=\"Null\"/>");
    fixture.run(mail(A, B, C, "d@two.example"));
    assertThat(fixture.served).containsExactly("root:" + expected);
  }

  @Test
  void nestsCompositesAndTurnsConditionsRound() throws IOException {
    fixture.root(
        "<matcher name=\"x\" match=\"And\"><matcher match=\"Not\"><matcher match=\"RecipientIs=" + A
            + "\"/></matcher><matcher notmatch=\"RecipientIs=" + B + "\"/></matcher>"
            + "<mailet notmatch=\"x\" class=\"Note\"/><mailet class=\"Null\"/>");
    fixture.run(mail(A, B, C));
    assertThat(fixture.served).containsExactly("root:" + A + "," + B);
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
    fixture.root("<mailet class=\"Copy\"/><mailet class=\"Null\"/>");
    assertThat(fixture.run(mail(A)).mails()).extracting(SpooledMail::id).containsExactly(copy.id());
    assertThat(fixture.events(Kind.SENT))
        .singleElement()
        .satisfies(e -> assertThat(e.details()).containsEntry("child", copy.id().value()));
    assertThat(fixture.events(Kind.NOTE))
        .singleElement()
        .satisfies(e -> assertThat(e.where()).isEqualTo("root/0/Copy"));
  }

  @Test
  void endsMailsThatComeOutOfOneAnotherWithoutEnd() throws IOException {
    fixture.mailet("Again", false, s -> mail -> {
      mail.setAttributes(Attributes.none());
      mail.send(mail(B));
      return Outcome.next();
    });
    fixture.root("<mailet class=\"Again\"/><mailet class=\"Null\"/>");
    List<SpooledMail> mails = List.of(mail(A));
    int runs = 0;
    while (!mails.isEmpty() && runs <= 2 * ChainRun.MAX_GENERATIONS) {
      mails = fixture.run(mails.getFirst()).mails();
      runs++;
    }
    assertThat(runs).isEqualTo(ChainRun.MAX_GENERATIONS + 1);
    assertThat(fixture.served).as("the last one is kept").containsExactly("error:" + B);
    assertThat(fixture.events(Kind.ERROR))
        .singleElement()
        .satisfies(e -> assertThat(e.text()).contains("without end"));
  }

  @Test
  void endsAMailThatHasNoRecipientLeftWithATrace() throws IOException {
    fixture.mailet("Empty", false, s -> mail -> {
      mail.setRecipients(List.of());
      return Outcome.next();
    });
    fixture.root("<mailet class=\"Empty\"/><mailet class=\"Deliver\"/>");
    ProcessingResult result = fixture.run(mail(A));
    assertThat(result.dispatches()).isEmpty();
    assertThat(fixture.events(Kind.DROPPED))
        .singleElement()
        .satisfies(e -> assertThat(e.text()).isEqualTo("no recipient is left"));
  }

  // ---- reload

  @Test
  void keepsTheChainInForceWhenTheNewOneIsWrong() throws Exception {
    fixture.root("<mailet class=\"Deliver\"/>");
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
    fixture.root("<mailet class=\"Slow\"/><mailet class=\"Deliver\"/>");
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
  void closesTheOtherMailetsWhenOneThrowsAnError() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    fixture.mailet(
        "Bad",
        false,
        s -> closing(() -> {
          throw new StackOverflowError();
        }));
    fixture.mailet("Good", false, s -> closing(closed::incrementAndGet));
    fixture.root("<mailet class=\"Bad\"/><mailet class=\"Good\"/><mailet class=\"Null\"/>");
    fixture.container().close();
    assertThat(closed).hasValue(1);
  }

  @Test
  void closesTheMailetsOfAChainThatIsWrong() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    fixture.mailet("Good", false, s -> closing(closed::incrementAndGet));
    fixture.root("<mailet class=\"Null\"/>");
    fixture.write(ChainFixture.chain("<processor state=\"root\"><mailet class=\"Good\"/>"
        + "<mailet class=\"Good\" match=\"NoSuch\"/><mailet class=\"Null\"/></processor>"));
    assertThatThrownBy(() -> fixture.container().reload())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("unknown matcher 'NoSuch'");
    assertThat(closed).hasValue(2);
  }

  private static Mailet closing(Runnable close) {
    return new Mailet() {
      @Override
      public Outcome service(Mail mail) {
        return Outcome.next();
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }

  @Test
  void refusesMailOnceItIsClosed() throws IOException {
    fixture.root("<mailet class=\"Null\"/>");
    fixture.container().close();
    fixture.container().close();
    assertThatThrownBy(() -> fixture.run(mail(A))).isInstanceOf(IllegalStateException.class);
  }
}
