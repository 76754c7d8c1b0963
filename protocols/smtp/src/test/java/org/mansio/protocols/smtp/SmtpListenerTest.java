package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.SmtpVerb;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.testkit.MemoryDirectory;
import org.mansio.spi.trace.TraceEvent;

class SmtpListenerTest {
  private static final String LINE = "x".repeat(998) + "\r\n";

  private static String openData(Client client) throws IOException {
    client.ask("EHLO client.example");
    client.ask("MAIL FROM:<x@example.net>");
    client.ask("RCPT TO:<alice@example.org>");
    return client.ask("DATA");
  }

  private static String text(SpooledMail mail) throws IOException {
    return new String(mail.content().bytes(1 << 26), StandardCharsets.ISO_8859_1);
  }

  @Test
  void keepsTheMessageByteForByteBelowOneReceivedField() throws IOException {
    String message = "Subject: \u00FC\r\nX-Long: " + "y".repeat(50_000) + "\r\n\r\n.\r\n\0\t \r\n"
        + "z".repeat(50_000) + "\r\n";
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      assertThat(openData(client)).startsWith("354");
      byte[] stuffed = message.replace("\r\n.", "\r\n..").getBytes(StandardCharsets.ISO_8859_1);
      String reply = client.send(stuffed).ask(".");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      assertThat(reply).isEqualTo("250 2.0.0 Ok: queued as " + mail.id());
      String stored = text(mail);
      assertThat(stored).endsWith(message);
      assertThat(stored.substring(0, stored.length() - message.length()))
          .matches("Received: from client\\.example \\(\\[127\\.0\\.0\\.1]\\)\r\n"
              + "\tby mx\\.example\\.org \\(Mansio\\) with ESMTP id " + mail.id() + "\r\n"
              + "\tfor <alice@example\\.org>;\r\n"
              + "\t[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [+-][0-9]{4}\r\n");
      assertThat(mail.envelope().body()).isEqualTo(BodyType.EIGHT_BIT_MIME);
    }
  }

  @Test
  void servesAClientThatSendsAnOctetAtATime() throws IOException {
    String session =
        "EHLO client.example\r\nMAIL FROM:<x@example.net>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n"
            + "Subject: slow\r\n\r\n..dot\r\n.\r\nQUIT\r\n";
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      for (byte octet : session.getBytes(StandardCharsets.US_ASCII)) {
        client.send(new byte[] {octet});
      }
      for (String code : new String[] {"250", "250", "250", "354", "250", "221"}) {
        assertThat(client.reply()).startsWith(code);
      }
      assertThat(text(listener.services.queue.mails().getFirst()))
          .endsWith("Subject: slow\r\n\r\n.dot\r\n");
    }
  }

  @Test
  void refusesAStreamBeyondTheLimitAfterItsEndAndGoesOn() throws IOException {
    try (TestListener listener =
            new TestListener("smtp").set("maxMessageSize", "1M").start();
        Client client = listener.client()) {
      openData(client);
      byte[] block = ("\r\n" + LINE.repeat(1000)).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 200; i++) {
        client.send(block);
      }
      assertThat(client.ask(".")).isEqualTo("552 5.3.4 Message exceeds the size limit");
      assertThat(client.ask("MAIL FROM:<x@example.net>")).startsWith("250");
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }

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
  void refusesABareLineFeedAfterTheTrueEnd() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      openData(client);
      assertThat(client.send("a\n.\nMAIL FROM:<y@example.net>\r\n").ask("."))
          .startsWith("550 5.6.0");
      assertThat(client.ask("NOOP")).startsWith("250");
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }

  @Test
  void refusesALoopingMessage() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      openData(client);
      assertThat(client.send("Received: x\r\n".repeat(100) + "\r\n").ask(".")).startsWith("250");
      openData(client);
      assertThat(client.send("Received: x\r\n".repeat(101) + "\r\n").ask("."))
          .startsWith("554 5.4.6");
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
  void addsWhatASubmittedMessageLacks() throws IOException {
    try (TestListener listener =
            new TestListener("submission").set("tls", "implicit").start();
        Client client = new Client(listener.address(), listener.tls.client())) {
      assertThat(client.reply()).startsWith("220");
      assertThat(client.ask("EHLO client.example"))
          .contains("AUTH PLAIN LOGIN")
          .doesNotContain("STARTTLS");
      assertThat(client.ask("AUTH PLAIN AGFsaWNlQGV4YW1wbGUub3JnAGVjaWxh")).startsWith("235");
      client.ask("MAIL FROM:<alice@example.org>");
      client.ask("RCPT TO:<x@example.net>");
      client.ask("DATA");
      client.send("Subject: bare\r\n\r\ntext\r\n").ask(".");
      client.ask("MAIL FROM:<alice@example.org>");
      client.ask("RCPT TO:<x@example.net>");
      client.ask("DATA");
      client
          .send("Date: today\r\nMessage-ID: <own@example.org>\r\n\r\ntext\r\n")
          .ask(".");
      List<SpooledMail> mails = listener.services.queue.mails();
      Headers bare = Message.of(mails.get(0).content()).headers();
      assertThat(bare.value("Message-ID")).contains("<" + mails.get(0).id() + "@mx.example.org>");
      assertThat(bare.contains("Date")).isTrue();
      assertThat(bare.value("Received").orElse(""))
          .contains("with ESMTPSA id")
          .contains("(using TLSv1.3 ");
      Headers full = Message.of(mails.get(1).content()).headers();
      assertThat(full.all("Message-ID")).hasSize(1);
      assertThat(full.all("Date")).hasSize(1);
      assertThat(mails.get(0).origin().authenticatedUser()).contains("alice@example.org");
    }
  }

  @Test
  void tracesWhatItTook() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      openData(client);
      client.send("Message-ID: <m@example.net>\r\n\r\n").ask(".");
      TraceEvent event = listener.services.trace.find("<m@example.net>").getFirst();
      assertThat(event.kind()).isEqualTo(TraceEvent.Kind.RECEIVED);
      assertThat(event.details())
          .containsEntry("sender", "x@example.net")
          .containsEntry("recipients", "alice@example.org")
          .containsKey("size");
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
  void turnsAwayConnectionsBeyondTheLimit() throws IOException {
    try (TestListener listener =
        new TestListener("smtp").set("maxConnectionsPerAddress", "2").start()) {
      try (Client one = listener.client();
          Client two = listener.client();
          Client three = new Client(listener.address())) {
        assertThat(three.reply()).startsWith("421 4.7.0");
        assertThat(three.line()).isNull();
        assertThat(one.ask("NOOP")).startsWith("250");
        assertThat(two.ask("NOOP")).startsWith("250");
      }
      await().untilAsserted(() -> assertThat(listener.listener().connections()).isZero());
      try (Client again = listener.client()) {
        assertThat(again.ask("NOOP")).startsWith("250");
      }
    }
  }

  @Test
  void endsASilentSession() throws IOException {
    try (TestListener listener =
            new TestListener("smtp").set("timeout", "100ms").start();
        Client client = listener.client()) {
      assertThat(client.reply()).startsWith("421 4.4.2");
      assertThat(client.line()).isNull();
    }
  }

  @Test
  void endsASessionThatReadsNoReplies() throws IOException {
    try (TestListener listener = new TestListener("smtp")
            .set("timeout", "300ms")
            .set("maxJunkCommands", "1000000")
            .start();
        Client client = listener.client()) {
      byte[] helps = "HELP\r\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
      Thread writer = Thread.ofVirtual().start(() -> {
        try {
          while (true) {
            client.send(helps);
          }
        } catch (IOException e) {
          // The server has closed: what this test is about.
          Thread.currentThread().interrupt();
        }
      });
      await().atMost(Duration.ofSeconds(30)).until(() -> listener.listener().connections() == 0);
      client.close();
      await().until(() -> !writer.isAlive());
    }
  }

  @Test
  void finishesATransactionWhenItStops() throws Exception {
    TestListener listener = new TestListener("smtp").start();
    try (listener;
        Client idle = listener.client();
        Client busy = listener.client()) {
      openData(busy);
      Thread stopping =
          Thread.ofVirtual().start(() -> listener.listener().stop(Duration.ofSeconds(20)));
      assertThat(idle.reply()).startsWith("421 4.3.2");
      assertThat(busy.ask(".")).startsWith("250 2.0.0");
      assertThat(busy.reply()).startsWith("421 4.3.2");
      stopping.join();
      assertThat(listener.services.queue.mails()).hasSize(1);
      assertThat(listener.listener().connections()).isZero();
    }
  }

  @Test
  void holdsManyIdleConnections() throws IOException {
    try (TestListener listener =
        new TestListener("smtp").set("maxConnectionsPerAddress", "1000").start()) {
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        clients.add(listener.client());
      }
      assertThat(listener.listener().connections()).isEqualTo(500);
      for (Client client : clients) {
        assertThat(client.ask("NOOP")).startsWith("250");
        client.close();
      }
    }
  }

  @Test
  void takesAPluginsVerbIntoTheSameTable() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (TestListener listener =
            new TestListener("smtp").extension(verb("XCOUNT", calls)).start();
        Client client = listener.client()) {
      assertThat(client.ask("XCOUNT")).startsWith("503");
      assertThat(client.ask("EHLO client.example")).contains("250 XCOUNT");
      assertThat(client.ask("xcount  now ")).isEqualTo("250 2.0.0 now 1");
    }
  }

  @Test
  void refusesToStartWithAVerbTwice() {
    assertThatThrownBy(() -> new TestListener("smtp")
            .extension(verb("DATA", new AtomicInteger()))
            .create())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("DATA is there twice");
  }

  @Test
  void refusesSettingsThatContradict() {
    assertThatThrownBy(() -> new TestListener("submission").set("tls", "none").create())
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> new TestListener("smtp").set("port", "65536").create())
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void bindsNothingAtPortZero() {
    try (TestListener listener = new TestListener("smtp").set("port", "0").start()) {
      assertThat(listener.listener().addresses()).isEmpty();
    }
  }

  private static SmtpExtension verb(String name, AtomicInteger calls) {
    return new SmtpExtension() {
      @Override
      public String name() {
        return "count";
      }

      @Override
      public List<String> ehloLines(SmtpSession session) {
        return List.of(name);
      }

      @Override
      public List<SmtpVerb> verbs() {
        return List.of(new SmtpVerb() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public Set<Flag> flags() {
            return Set.of(Flag.NEEDS_HELO);
          }

          @Override
          public String help() {
            return name;
          }

          @Override
          public SmtpReply handle(SmtpSession session, String argument) {
            return SmtpReply.of(250, "2.0.0", argument + " " + calls.incrementAndGet());
          }
        });
      }
    };
  }
}
