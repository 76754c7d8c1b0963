package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.trace.TraceEvent;

/** What becomes of hooks' verdicts on a mail. */
class HooksTest {
  private static final SmtpReply NO = SmtpReply.of(550, "5.7.1", "No");
  private static final SmtpReply LATER = SmtpReply.of(450, "4.7.1", "Later");

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
    ScriptedHook first = new ScriptedHook("first");
    ScriptedHook second = new ScriptedHook("second");
    ScriptedHook third = new ScriptedHook("third");
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
    ScriptedHook hook = new ScriptedHook("strict");
    hook.atConnect = new Verdict.Disconnect(SmtpReply.of(554, "5.7.1", "Go"), "bad network");
    hook.atRcpt = new Verdict.Permanent(NO, "listed");
    hook.atData = mail -> new Verdict.Discard("spam");
    try (TestListener listener =
            new TestListener("smtp").hook(ScriptedHook.warning(hook)).start();
        Client client = listener.client()) {
      assertThat(client.sendMail()).startsWith("250 2.0.0");
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
    ScriptedHook hook = new ScriptedHook("strict");
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
    ScriptedHook hook = new ScriptedHook("quiet");
    ScriptedHook later = new ScriptedHook("later");
    hook.atRcpt = new Verdict.Discard("a trap");
    try (TestListener listener = new TestListener("smtp").hook(hook).hook(later).start();
        Client client = listener.client()) {
      String reply = client.sendMail();
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
      assertThat(client.sendMail()).startsWith("250");
      assertThat(listener.services.queue.mails()).hasSize(1);
    }
  }

  @Test
  void discardsForEachRecipientOfLmtp() throws IOException {
    ScriptedHook hook = new ScriptedHook("quiet");
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
    ScriptedHook changing = new ScriptedHook("changing");
    ScriptedHook looking = new ScriptedHook("looking");
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
      assertThat(client.sendMail()).startsWith("250 2.0.0");
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
    ScriptedHook changing = new ScriptedHook("changing");
    ScriptedHook refusing = new ScriptedHook("refusing");
    refusing.atData = mail -> new Verdict.Permanent(NO, "still bad");
    try (TestListener listener =
            new TestListener("smtp").hook(changing).hook(refusing).start();
        Client client = listener.client()) {
      changing.atData = mail -> changed(mail, listener, closed);
      assertThat(client.sendMail()).isEqualTo("550 5.7.1 No");
      assertThat(closed).isTrue();
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }

  @Test
  void aMailWithoutRecipientsLeftIsDiscarded() throws IOException {
    ScriptedHook hook = new ScriptedHook("emptying");
    hook.atData = mail -> new Verdict.Changed(
        mail.withEnvelope(mail.envelope().withRecipients(List.of())), "nobody wants it");
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      assertThat(client.sendMail()).startsWith("250 2.0.0");
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }
}
