package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.Message;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;

/** What becomes of a message between DATA and the queue. */
class ReceivedMessageTest {
  private static final String LINE = "x".repeat(998) + "\r\n";

  private static String text(SpooledMail mail) throws IOException {
    return new String(mail.content().bytes(1 << 26), StandardCharsets.ISO_8859_1);
  }

  @Test
  void keepsTheMessageByteForByteBelowOneReceivedField() throws IOException {
    String message = "Subject: \u00FC\r\nX-Long: " + "y".repeat(50_000) + "\r\n\r\n.\r\n\0\t \r\n"
        + "z".repeat(50_000) + "\r\n";
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      assertThat(client.openData()).startsWith("354");
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
    String session = "EHLO client.example\r\n"
        + "MAIL FROM:<x@example.net>\r\n"
        + "RCPT TO:<alice@example.org>\r\n"
        + "DATA\r\n"
        + "Subject: slow\r\n\r\n"
        + "..dot\r\n"
        + ".\r\n"
        + "QUIT\r\n";
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
      client.openData();
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
  void refusesABareLineFeedAfterTheTrueEnd() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      client.openData();
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
      client.openData();
      assertThat(client.send("Received: x\r\n".repeat(100) + "\r\n").ask(".")).startsWith("250");
      client.openData();
      assertThat(client.send("Received: x\r\n".repeat(101) + "\r\n").ask("."))
          .startsWith("554 5.4.6");
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
      client.openData();
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
  void leavesNoTraceOfTakingWhatTheQueueDidNotTake() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      client.openData();
      listener.services.queue.refuse(Optional.of(QueueException.Reason.UNAVAILABLE));

      assertThat(client.send("Message-ID: <m@example.net>\r\n\r\n").ask(".")).startsWith("451");
      assertThat(listener.services.trace.find("<m@example.net>"))
          .extracting(TraceEvent::kind)
          .doesNotContain(TraceEvent.Kind.RECEIVED);
    }
  }
}
