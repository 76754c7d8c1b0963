package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.HookUse;
import org.mansio.spi.smtp.HookUse.Fallback;
import org.mansio.spi.smtp.HookUse.Mode;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.trace.TraceEvent;

class HooksTest {
  private static final SmtpReply NO = SmtpReply.of(550, "5.7.1", "No");
  private static final SmtpReply LATER = SmtpReply.of(450, "4.7.1", "Later");

  /** A hook whose answers are the test's; it declines what isn't set. */
  private static final class Scripted implements SmtpHook {
    private final String name;
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile Verdict atConnect = Verdict.decline();
    volatile Verdict atHelo = Verdict.decline();
    volatile Verdict atMail = Verdict.decline();
    volatile Verdict atRcpt = Verdict.decline();
    volatile Verdict atRefusedRcpt = Verdict.decline();
    volatile java.util.function.Function<SpooledMail, Verdict> atData = mail -> Verdict.decline();

    Scripted(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Verdict onConnect(SmtpSession session) {
      asked.add("connect");
      return atConnect;
    }

    @Override
    public Verdict onHelo(SmtpSession session, String helo) {
      asked.add("helo");
      return atHelo;
    }

    @Override
    public Verdict onMail(SmtpSession session) {
      asked.add("mail");
      return atMail;
    }

    @Override
    public Verdict onRcpt(SmtpSession session, Recipient recipient) {
      asked.add("rcpt " + recipient);
      return atRcpt;
    }

    @Override
    public Verdict onRefusedRcpt(SmtpSession session, MailAddress recipient, SmtpReply reply) {
      asked.add("refused " + recipient);
      return atRefusedRcpt;
    }

    @Override
    public Verdict onData(SmtpSession session, SpooledMail mail) {
      asked.add("data");
      return atData.apply(mail);
    }
  }

  private static HookUse warning(SmtpHook hook) {
    return new HookUse(hook, Mode.WARN, Optional.empty(), Fallback.ACCEPT, Fallback.TEMPORARY);
  }

  private static HookUse impatient(SmtpHook hook, Fallback onTimeout) {
    return new HookUse(
        hook, Mode.ENFORCE, Optional.of(Duration.ofMillis(50)), onTimeout, Fallback.TEMPORARY);
  }

  private static String send(Client client) throws IOException {
    client.ask("EHLO client.example");
    client.ask("MAIL FROM:<x@example.net>");
    client.ask("RCPT TO:<alice@example.org>");
    client.ask("DATA");
    return client.ask("Subject: hi\r\n\r\nhello\r\n.");
  }

  private static List<TraceEvent> notes(TestListener listener) {
    return listener.services.trace.events().stream()
        .filter(event -> event.kind() == TraceEvent.Kind.NOTE)
        .toList();
  }

  private static String text(Content content) throws IOException {
    return new String(content.open().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void asksInOrderAndStopsAtTheFirstOpinion() throws IOException {
    Scripted first = new Scripted("first");
    Scripted second = new Scripted("second");
    Scripted third = new Scripted("third");
    second.atMail = Verdict.accept("known");
    second.atRcpt = new Verdict.Permanent(NO, "not you");
    try (TestListener listener =
            new TestListener("smtp").hook(first).hook(second).hook(third).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      assertThat(client.ask("MAIL FROM:<x@example.net>")).startsWith("250");
      assertThat(client.ask("RCPT TO:<alice@example.org>")).isEqualTo("550 5.7.1 No");
      assertThat(first.asked).containsExactly("connect", "helo", "mail", "rcpt alice@example.org");
      assertThat(second.asked).isEqualTo(first.asked);
      assertThat(third.asked).containsExactly("connect", "helo");
    }
  }

  @Test
  void aHookThatOnlyWarnsRefusesNothingButMarksAndTraces() throws IOException {
    Scripted hook = new Scripted("strict");
    hook.atConnect = new Verdict.Disconnect(SmtpReply.of(554, "5.7.1", "Go"), "bad network");
    hook.atRcpt = new Verdict.Permanent(NO, "listed");
    hook.atData = mail -> new Verdict.Discard("spam");
    try (TestListener listener = new TestListener("smtp").hook(warning(hook)).start();
        Client client = listener.client()) {
      assertThat(send(client)).startsWith("250 2.0.0");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      assertThat(mail.attributes().text("mansio.hook.strict"))
          .contains("at data would discard: spam");
      assertThat(notes(listener))
          .allSatisfy(event -> {
            assertThat(event.id()).isEqualTo(mail.id());
            assertThat(event.where()).isEqualTo("test/strict");
          })
          .extracting(TraceEvent::text)
          .containsExactly(
              "at connect would refuse with 554 5.7.1 Go: bad network",
              "at rcpt alice@example.org would refuse with 550 5.7.1 No: listed",
              "at data would discard: spam");
    }
  }

  @Test
  void aRefusedRecipientStandsInTheTraceOfTheOthersMailWithoutAMark() throws IOException {
    Scripted hook = new Scripted("strict");
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      hook.atRcpt = new Verdict.Temporary(LATER, "new");
      assertThat(client.ask("RCPT TO:<bob@example.org>")).startsWith("450 4.7.1");
      hook.atRcpt = Verdict.decline();
      client.ask("RCPT TO:<alice@example.org>");
      client.ask("DATA");
      assertThat(client.ask(".")).startsWith("250");
      assertThat(listener.services.queue.mails().getFirst().attributes().values())
          .isEmpty();
      assertThat(notes(listener))
          .extracting(TraceEvent::text)
          .containsExactly("at rcpt bob@example.org refuses with 450 4.7.1 Later: new");
    }
  }

  @Test
  void aDiscardedMailIsAnsweredAsIfTakenAndTraced() throws IOException {
    Scripted hook = new Scripted("quiet");
    Scripted later = new Scripted("later");
    hook.atRcpt = new Verdict.Discard("a trap");
    try (TestListener listener = new TestListener("smtp").hook(hook).hook(later).start();
        Client client = listener.client()) {
      String reply = send(client);
      assertThat(reply).startsWith("250 2.0.0 Ok: queued as ");
      assertThat(listener.services.queue.mails()).isEmpty();
      assertThat(later.asked).containsExactly("connect", "helo", "mail");
      String id = reply.substring(reply.lastIndexOf(' ') + 1);
      assertThat(listener.services.trace.find(id))
          .anySatisfy(event -> {
            assertThat(event.kind()).isEqualTo(TraceEvent.Kind.DROPPED);
            assertThat(event.text()).endsWith("discarded by hook quiet: a trap");
          })
          .noneMatch(event -> event.kind() == TraceEvent.Kind.RECEIVED);
      hook.atRcpt = Verdict.decline();
      assertThat(send(client)).startsWith("250");
      assertThat(listener.services.queue.mails()).hasSize(1);
    }
  }

  @Test
  void aDiscardAtConnectHoldsForTheSession() throws IOException {
    Scripted hook = new Scripted("quiet");
    hook.atConnect = new Verdict.Discard("bad network");
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      assertThat(send(client)).startsWith("250");
      assertThat(send(client)).startsWith("250");
      assertThat(listener.services.queue.mails()).isEmpty();
      assertThat(hook.asked).containsExactly("connect");
    }
  }

  @Test
  void discardsForEachRecipientOfLmtp() throws IOException {
    Scripted hook = new Scripted("quiet");
    hook.atData = mail -> new Verdict.Discard("spam");
    try (TestListener listener = new TestListener("lmtp").hook(hook).start();
        Client client = listener.client()) {
      client.ask("LHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      client.ask("RCPT TO:<alice@example.org>");
      client.ask("RCPT TO:<bob@example.org>");
      client.ask("DATA");
      assertThat(client.ask(".")).startsWith("250 2.0.0");
      assertThat(client.reply()).startsWith("250 2.0.0");
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }

  @Test
  void laterHooksSeeTheChangedMailAndItsWriterIsClosed() throws IOException {
    AtomicBoolean closed = new AtomicBoolean();
    AtomicReference<String> seen = new AtomicReference<>("");
    Scripted changing = new Scripted("changing");
    Scripted looking = new Scripted("looking");
    looking.atData = mail -> {
      try {
        seen.set(text(mail.content()));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      return Verdict.decline();
    };
    try (TestListener listener =
            new TestListener("smtp").hook(changing).hook(looking).start();
        Client client = listener.client()) {
      changing.atData = mail -> changed(mail, listener, closed);
      assertThat(send(client)).startsWith("250 2.0.0");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      assertThat(seen.get()).isEqualTo("Subject: other\r\n\r\n").isEqualTo(text(mail.content()));
      assertThat(mail.envelope().recipients()).containsExactly(Recipient.of("bob@example.org"));
      assertThat(mail.attributes().text("changed.by")).contains("test");
      assertThat(mail.attributes().text("mansio.hook.changing"))
          .contains("at data changes the mail: another subject");
      await().untilTrue(closed);
    }
  }

  private static Verdict changed(SpooledMail mail, TestListener listener, AtomicBoolean closed) {
    byte[] octets = "Subject: other\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    ContentWriter inner = listener.services.queue.newContent();
    ContentWriter writer = new ContentWriter() {
      @Override
      public void write(byte[] source, int offset, int length) throws IOException {
        inner.write(source, offset, length);
      }

      @Override
      public long size() {
        return inner.size();
      }

      @Override
      public Content finish() throws IOException {
        return inner.finish();
      }

      @Override
      public void close() {
        closed.set(true);
      }
    };
    try {
      writer.write(octets, 0, octets.length);
      SpooledMail other = mail.withContent(writer.finish())
          .withEnvelope(mail.envelope().withRecipients(List.of(Recipient.of("bob@example.org"))))
          .withAttributes(mail.attributes().with("changed.by", "test"));
      return new Verdict.Changed(other, "another subject", Optional.of(writer));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aChangeThatIsRefusedAfterwardsIsLetGo() throws IOException {
    AtomicBoolean closed = new AtomicBoolean();
    Scripted changing = new Scripted("changing");
    Scripted refusing = new Scripted("refusing");
    refusing.atData = mail -> new Verdict.Permanent(NO, "still bad");
    try (TestListener listener =
            new TestListener("smtp").hook(changing).hook(refusing).start();
        Client client = listener.client()) {
      changing.atData = mail -> changed(mail, listener, closed);
      assertThat(send(client)).isEqualTo("550 5.7.1 No");
      assertThat(closed).isTrue();
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }

  @Test
  void aMailWithoutRecipientsLeftIsDiscarded() throws IOException {
    Scripted hook = new Scripted("emptying");
    hook.atData = mail -> new Verdict.Changed(
        mail.withEnvelope(mail.envelope().withRecipients(List.of())), "nobody wants it");
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      assertThat(send(client)).startsWith("250 2.0.0");
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }

  @Test
  void aLateHookIsGoneWithoutOrRefusesAsConfigured() throws IOException {
    for (Fallback fallback : Fallback.values()) {
      SmtpHook hook = new SmtpHook() {
        @Override
        public String name() {
          return "stuck";
        }

        @Override
        public Verdict onMail(SmtpSession session) {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new Verdict.Permanent(NO, "too late");
        }
      };
      try (TestListener listener =
              new TestListener("smtp").hook(impatient(hook, fallback)).start();
          Client client = listener.client()) {
        client.ask("EHLO client.example");
        String reply = client.ask("MAIL FROM:<x@example.net>");
        assertThat(reply).startsWith(fallback == Fallback.ACCEPT ? "250" : "451 4.3.0");
      }
    }
  }

  @Test
  void whatAHookRemembersAfterItsTimeDoesNotReachTheSession() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    List<Set<String>> remembered = new CopyOnWriteArrayList<>();
    SmtpHook late = new SmtpHook() {
      @Override
      public String name() {
        return "late";
      }

      @Override
      public Verdict onMail(SmtpSession session) {
        Map<String, Object> attributes = session.attributes();
        awaitUninterruptibly(goOn);
        attributes.put("late", 2);
        attributes.remove("in-time");
        session.attributes().put("late-too", 3);
        over.countDown();
        return Verdict.decline();
      }
    };
    SmtpHook next = new SmtpHook() {
      @Override
      public String name() {
        return "next";
      }

      @Override
      public Verdict onHelo(SmtpSession session, String name) {
        session.attributes().put("in-time", 1);
        return Verdict.decline();
      }

      @Override
      public Verdict onRcpt(SmtpSession session, Recipient recipient) {
        remembered.add(Set.copyOf(session.attributes().keySet()));
        return Verdict.decline();
      }
    };
    try (TestListener listener = new TestListener("smtp")
            .hook(impatient(late, Fallback.ACCEPT))
            .hook(next)
            .start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      assertThat(client.ask("MAIL FROM:<x@example.net>")).startsWith("250");
      goOn.countDown();
      over.await();
      client.ask("RCPT TO:<bob@example.org>");
    }
    assertThat(remembered).containsExactly(Set.of("in-time"));
  }

  /** Waits as a hook does that doesn't care for interrupts. */
  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // Its time is over, and it goes on.
      }
    }
  }

  @Test
  void aFailingHookIsGoneWithoutOrRefusesAsConfigured() throws IOException {
    for (Fallback fallback : Fallback.values()) {
      Scripted hook = new Scripted("broken");
      hook.atData = mail -> {
        throw new IllegalStateException("broken on purpose");
      };
      HookUse use = new HookUse(hook, Mode.ENFORCE, Optional.empty(), Fallback.ACCEPT, fallback);
      try (TestListener listener = new TestListener("smtp").hook(use).start();
          Client client = listener.client()) {
        assertThat(send(client)).startsWith(fallback == Fallback.ACCEPT ? "250" : "451 4.3.0");
        if (fallback == Fallback.ACCEPT) {
          assertThat(listener
                  .services
                  .queue
                  .mails()
                  .getFirst()
                  .attributes()
                  .text("mansio.hook.broken"))
              .contains("at data: failed, gone on without it");
        }
      }
    }
  }

  @Test
  void aFailureAtConnectTurnsTheClientAway() throws IOException {
    Scripted hook = new Scripted("broken");
    hook.atConnect = new Verdict.Permanent(NO, "not you");
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = new Client(listener.address())) {
      assertThat(client.reply()).isEqualTo("554 5.7.1 No");
      assertThat(client.line()).isNull();
    }
  }

  @Test
  void hooksHearOfRefusedRecipientsAndCanEndTheSession() throws IOException {
    Scripted hook = new Scripted("counting");
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      hook.atRefusedRcpt = Verdict.accept("can't make it better");
      assertThat(client.ask("RCPT TO:<nobody@example.org>")).startsWith("550 5.1.1");
      hook.atRefusedRcpt = new Verdict.Disconnect(SmtpReply.of(421, "4.7.1", "Enough"), "too many");
      assertThat(client.ask("RCPT TO:<nobody2@example.org>")).isEqualTo("421 4.7.1 Enough");
      assertThat(client.line()).isNull();
      assertThat(hook.asked)
          .containsSubsequence("refused nobody@example.org", "refused nobody2@example.org");
    }
  }

  @Test
  void aHookThatFailsAtARefusedRecipientDoesntSoftenTheRefusal() throws IOException {
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "broken";
      }

      @Override
      public Verdict onRefusedRcpt(SmtpSession session, MailAddress recipient, SmtpReply reply) {
        throw new IllegalStateException("broken on purpose");
      }
    };
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      assertThat(client.ask("RCPT TO:<nobody@example.org>")).startsWith("550 5.1.1");
    }
  }

  @Test
  void aDelayHoldsTheAnswerBackAndAStopCutsItShort() throws Exception {
    Scripted hook = new Scripted("slow");
    Scripted next = new Scripted("next");
    hook.atHelo = new Verdict.Delay(Duration.ofSeconds(50), "errors");
    try (TestListener listener = new TestListener("smtp").hook(hook).hook(next).start();
        Client client = listener.client()) {
      client.send("HELO client.example\r\n");
      await().until(() -> hook.asked.contains("helo"));
      assertThat(client.available()).isZero();
      assertThat(next.asked).doesNotContain("helo");
      listener.listener().stop(Duration.ofSeconds(20));
      assertThat(client.reply()).startsWith("250");
      assertThat(next.asked).contains("helo");
    }
  }

  @Test
  void aHookHearsAClientThatSpeaksBeforeTheGreeting() throws IOException {
    List<Boolean> early = new ArrayList<>();
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "pause";
      }

      @Override
      public Verdict onConnect(SmtpSession session) {
        early.add(session.hasSpokenEarly(Duration.ofSeconds(20)));
        return Verdict.decline();
      }

      @Override
      public Verdict onHelo(SmtpSession session, String name) {
        early.add(session.hasSpokenEarly(Duration.ZERO));
        return Verdict.decline();
      }
    };
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = new Client(listener.address())) {
      client.send("HELO client.example\r\n");
      assertThat(client.reply()).startsWith("220");
      assertThat(client.reply()).startsWith("250");
      assertThat(client.ask("HELO again.example")).startsWith("250");
      client.send("HELO again.example\r\nNOOP\r\n");
      assertThat(client.reply()).startsWith("250");
      assertThat(early).containsExactly(true, false, false, true);
    }
  }

  @Test
  void keepsWhatWasSaidOfTheConnectionAcrossStartTls() throws Exception {
    Scripted sink = new Scripted("sink");
    sink.atConnect = new Verdict.Discard("known for spam");
    try (TestListener listener = new TestListener("smtp").hook(sink).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("STARTTLS");
      client.startTls(listener.tls.client());
      assertThat(send(client)).startsWith("250");
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }

  @Test
  void marksMailUnderTlsWithWhatHooksWouldHaveDoneAtConnect() throws Exception {
    Scripted gate = new Scripted("gate");
    gate.atConnect = new Verdict.Permanent(NO, "listed");
    Scripted names = new Scripted("names");
    names.atHelo = new Verdict.Permanent(NO, "bad name");
    try (TestListener listener =
            new TestListener("smtp").hook(warning(gate)).hook(warning(names)).start();
        Client client = listener.client()) {
      client.ask("EHLO first.example");
      names.atHelo = Verdict.decline();
      client.ask("STARTTLS");
      client.startTls(listener.tls.client());
      assertThat(send(client)).startsWith("250");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      assertThat(mail.attributes().get(SmtpHook.MARK + "gate")).isPresent();
      // RFC 3207 §4.2: of the name that came in the clear nothing is left.
      assertThat(mail.attributes().get(SmtpHook.MARK + "names")).isEmpty();
      assertThat(notes(listener)).hasSize(1);
    }
  }

  @Test
  void endsForHooksWhatWasTheProxysWhenItSpeaksForAnother() throws IOException {
    List<String> heard = new CopyOnWriteArrayList<>();
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "counting";
      }

      @Override
      public Verdict onConnect(SmtpSession session) {
        heard.add("connect " + session.remote().getAddress().getHostAddress());
        return Verdict.decline();
      }

      @Override
      public void onQuit(SmtpSession session) {
        heard.add("quit " + session.remote().getAddress().getHostAddress());
      }
    };
    try (TestListener listener = new TestListener("smtp")
            .hook(hook)
            .set("xclientNetworks", "127.0.0.1")
            .start();
        Client client = listener.client()) {
      client.ask("XCLIENT ADDR=192.0.2.1");
      client.ask("QUIT");
      assertThat(client.line()).isNull();
      await()
          .untilAsserted(() -> assertThat(heard)
              .containsExactly(
                  "connect 127.0.0.1", "quit 127.0.0.1", "connect 192.0.2.1", "quit 192.0.2.1"));
    }
  }
}
