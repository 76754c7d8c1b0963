package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.testkit.MemoryDirectory;

/** What a listener is made of and how it answers when something behind it is away. */
class SmtpListenerTest {
  @Test
  void takesMailForPostmasterWithoutADomainThoughItIsReadElsewhere() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      MemoryDirectory directory = listener.services.directory;
      directory.users(Optional.of("example.org")).forEach(directory::removeUser);
      directory.removeDomain("example.org");
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      assertThat(client.ask("RCPT TO:<postmaster>")).startsWith("250");
      assertThat(client.ask("RCPT TO:<postmaster@example.org>")).startsWith("550 5.7.1");
    }
  }

  @Test
  void keepsWhatTheSenderWantsToHear() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<> RET=FULL ENVID=Q+2B1");
      client.ask(
          "RCPT TO:<alice@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;al+2Bice@example.org");
      client.ask("DATA");
      client.ask(".");
      Envelope envelope = listener.services.queue.mails().getFirst().envelope();
      assertThat(envelope.sender()).isEmpty();
      assertThat(envelope.returnContent()).contains(Envelope.ReturnContent.FULL);
      assertThat(envelope.envelopeId()).contains("Q+2B1");
      assertThat(envelope.recipients().getFirst().notifyOn())
          .containsExactlyInAnyOrder(Recipient.Notify.SUCCESS, Recipient.Notify.DELAY);
      assertThat(envelope.recipients().getFirst().originalRecipient())
          .contains("rfc822;al+2Bice@example.org");
    }
  }

  @Test
  void answersForAQueueAndADirectoryThatAreAway() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      listener.services.queue.refuse(Optional.of(QueueException.Reason.FULL));
      assertThat(client.ask("MAIL FROM:<x@example.net>")).startsWith("452 4.3.1");
      listener.services.queue.refuse(Optional.empty());
      client.ask("MAIL FROM:<x@example.net>");
      listener.services.directory.setAway(true);
      assertThat(client.ask("RCPT TO:<alice@example.org>")).startsWith("451 4.3.0");
      listener.services.directory.setAway(false);
      assertThat(client.ask("RCPT TO:<alice@example.org>")).startsWith("250");
      client.ask("DATA");
      listener.services.queue.refuse(Optional.of(QueueException.Reason.UNAVAILABLE));
      assertThat(client.ask(".")).startsWith("451 4.3.0");
      listener.services.queue.refuse(Optional.of(QueueException.Reason.CLOSED));
      assertThat(client.ask("MAIL FROM:<x@example.net>")).startsWith("421 4.3.2");
      assertThat(client.line()).isNull();
    }
  }

  @Test
  void asksHooksAndTellsThemTheEnd() throws IOException {
    CountDownLatch quit = new CountDownLatch(1);
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "strict";
      }

      @Override
      public Verdict onMail(SmtpSession session) {
        boolean spam = session.transaction().orElseThrow().reversePath().contains("spam");
        return spam
            ? new Verdict.Permanent(SmtpReply.of(550, "5.7.1", "No"), "spam")
            : Verdict.decline();
      }

      @Override
      public Verdict onRcpt(SmtpSession session, Recipient recipient) {
        throw new IllegalStateException("broken on purpose");
      }

      @Override
      public void onQuit(SmtpSession session) {
        quit.countDown();
      }
    };
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      assertThat(client.ask("MAIL FROM:<spam@example.net>")).isEqualTo("550 5.7.1 No");
      assertThat(client.ask("MAIL FROM:<x@example.net>")).startsWith("250");
      assertThat(client.ask("RCPT TO:<alice@example.org>")).startsWith("451 4.3.0");
      client.close();
      await().untilAsserted(() -> assertThat(quit.getCount()).isZero());
    }
  }

  @Test
  void goesOnWithoutAHookThatTakesTooLong() throws IOException {
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "stuck";
      }

      @Override
      public Verdict onHelo(SmtpSession session, String name) {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return new Verdict.Permanent(SmtpReply.of(550, "5.7.1", "No"), "too late");
      }
    };
    try (TestListener listener =
            new TestListener("smtp").set("hookTimeout", "50ms").hook(hook).start();
        Client client = listener.client()) {
      assertThat(client.ask("HELO client.example")).startsWith("250");
    }
  }

  @Test
  void refusesSettingsThatContradict() {
    assertThatThrownBy(() -> new TestListener("submission").set("tls", "none").create())
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> new TestListener("smtp").set("port", "65536").create())
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void saysBeforeItStartsWhereItIsToListen() throws Exception {
    assertThat(new TestListener("smtp")
            .set("port", "2525")
            .set("bind", "127.0.0.1, ::1")
            .create()
            .configuredAddresses())
        .containsExactly(
            new InetSocketAddress("127.0.0.1", 2525), new InetSocketAddress("::1", 2525));
    assertThat(new TestListener("smtp")
            .set("port", "2525")
            .set("bind", "")
            .create()
            .configuredAddresses())
        .singleElement()
        .matches(address -> address.getAddress().isAnyLocalAddress());
  }

  @Test
  void bindsNothingAtPortZero() {
    try (TestListener listener = new TestListener("smtp").set("port", "0").start()) {
      assertThat(listener.listener().addresses()).isEmpty();
    }
  }
}
