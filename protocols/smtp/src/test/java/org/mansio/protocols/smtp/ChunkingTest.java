package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.Message;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.trace.TraceEvent;

class ChunkingTest {
  private static String text(SpooledMail mail) throws IOException {
    return new String(mail.content().bytes(1 << 20), StandardCharsets.ISO_8859_1);
  }

  private static void begin(Client client) throws IOException {
    client.ask("MAIL FROM:<x@example.net>");
    client.ask("RCPT TO:<alice@example.org>");
  }

  @Test
  void takesTheSameOctetsInEverySplitOfSegments() throws IOException {
    String session = "MAIL FROM:<x@example.net>\r\nRCPT TO:<alice@example.org>\r\n"
        + "BDAT 9\r\nA: b\r\n\r\n.BDAT 4\r\n.\r\n.BDAT 3 LAST\r\n\u00FC\r\nNOOP\r\n";
    byte[] octets = session.getBytes(StandardCharsets.ISO_8859_1);
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      for (int cut = 0; cut <= octets.length; cut++) {
        client.send(Arrays.copyOf(octets, cut));
        client.send(Arrays.copyOfRange(octets, cut, octets.length));
        for (int reply = 0; reply < 6; reply++) {
          assertThat(client.reply()).as("cut at %d", cut).startsWith("250");
        }
        assertThat(text(listener.services.queue.mails().getLast()))
            .endsWith("A: b\r\n\r\n..\r\n.\u00FC\r\n");
      }
      assertThat(listener.services.queue.mails()).hasSize(octets.length + 1);
    }
  }

  @Test
  void takesTheSameMessageInEverySplitOfChunks() throws IOException {
    String message = "A: b\r\n\r\n..\r\n.\r\n\u00FC\r\n";
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      for (int cut = 0; cut <= message.length(); cut++) {
        begin(client);
        String chunks = "BDAT " + cut + "\r\n" + message.substring(0, cut) + "BDAT "
            + (message.length() - cut) + " LAST\r\n" + message.substring(cut);
        client.send(chunks.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(client.reply()).startsWith("250 2.0.0 " + cut + " octets received");
        assertThat(client.reply()).startsWith("250 2.0.0 Ok: queued");
        SpooledMail mail = listener.services.queue.mails().getLast();
        assertThat(text(mail)).endsWith(message);
        assertThat(mail.envelope().body()).isEqualTo(BodyType.EIGHT_BIT_MIME);
      }
    }
  }

  @Test
  void keepsTheBodyTypeOfABinaryMessage() throws IOException {
    try (TestListener listener = new TestListener("smtp").start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net> BODY=BINARYMIME");
      client.ask("RCPT TO:<alice@example.org>");
      client.send("BDAT 2 LAST\r\n").send(new byte[] {(byte) 0xFC, 0});
      assertThat(client.reply()).startsWith("250");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      assertThat(mail.envelope().body()).isEqualTo(BodyType.BINARY_MIME);
      assertThat(text(mail)).endsWith("\u00FC\0");
      assertThat(listener.services.trace.find(mail.id().toString()).getFirst().kind())
          .isEqualTo(TraceEvent.Kind.RECEIVED);
    }
  }

  @Test
  void addsWhatASubmittedMessageLacks() throws IOException {
    try (TestListener listener =
            new TestListener("submission").set("auth", "always").start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("AUTH PLAIN AGFsaWNlQGV4YW1wbGUub3JnAGVjaWxh");
      client.ask("MAIL FROM:<alice@example.org>");
      client.ask("RCPT TO:<x@example.net>");
      client.send("BDAT 14\r\nSubject: one\r\n");
      assertThat(client.reply()).startsWith("250");
      client.send("BDAT 3 LAST\r\n\r\na");
      assertThat(client.reply()).startsWith("250");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      Headers headers = Message.of(mail.content()).headers();
      assertThat(headers.value("Message-ID")).contains("<" + mail.id() + "@mx.example.org>");
      assertThat(headers.contains("Date")).isTrue();
    }
  }

  @Test
  void asksHooksAtTheFirstChunkAndAtTheEndAndTellsThemOfBoth() throws IOException {
    AtomicInteger starts = new AtomicInteger();
    AtomicInteger resets = new AtomicInteger();
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "strict";
      }

      @Override
      public Verdict onDataStart(SmtpSession session) {
        return starts.incrementAndGet() == 1
            ? new Verdict.Temporary(SmtpReply.of(451, "4.7.1", "Later"), "first")
            : Verdict.decline();
      }

      @Override
      public Verdict onData(SmtpSession session, SpooledMail mail) {
        return mail.content().size() > 1000
            ? Verdict.decline()
            : new Verdict.Permanent(SmtpReply.of(550, "5.7.1", "Too short"), "short");
      }

      @Override
      public void onReset(SmtpSession session) {
        resets.incrementAndGet();
      }
    };
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      begin(client);
      client.send("BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\n");
      assertThat(client.reply()).isEqualTo("451 4.7.1 Later");
      assertThat(client.reply()).startsWith("503 5.5.1");
      begin(client);
      client.send("BDAT 3\r\na\r\nBDAT 3 LAST\r\na\r\n");
      assertThat(client.reply()).startsWith("250");
      assertThat(client.reply()).isEqualTo("550 5.7.1 Too short");
      begin(client);
      client.send("BDAT 998\r\n" + "x".repeat(996) + "\r\nBDAT 3 LAST\r\na\r\n");
      assertThat(client.reply()).startsWith("250");
      assertThat(client.reply()).startsWith("250 2.0.0 Ok: queued");
      assertThat(starts).hasValue(3);
      assertThat(resets).hasValue(3);
    }
  }

  @Test
  void letsGoOfAMessageThatTheClientLeaves() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "witness";
      }

      @Override
      public void onQuit(SmtpSession session) {
        over.countDown();
      }
    };
    try (TestListener listener = new TestListener("smtp").hook(hook).start()) {
      try (Client client = listener.client()) {
        client.ask("EHLO client.example");
        begin(client);
        client.send("BDAT 3\r\na\r\nBDAT 1000 LAST\r\nbut no more");
        assertThat(client.reply()).startsWith("250");
      }
      over.await();
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }
}
