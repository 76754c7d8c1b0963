package org.mansio.spi.testkit.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitCount;
import static org.mansio.spi.testkit.queue.QueueWaits.awaitEmpty;
import static org.mansio.spi.testkit.queue.SampleMails.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;

/** What a queue does with the content of mail: it comes out octet for octet, and goes when nobody needs it any more. */
interface QueuedContentContract extends QueueFixture {
  @Test
  default void whatComesOutIsWhatWentIn() throws Exception {
    MailQueue queue = open(LONG, DAYS);
    Recipient recipient = new Recipient(
        MailAddress.of("user@example.net"),
        EnumSet.of(Recipient.Notify.SUCCESS, Recipient.Notify.DELAY),
        Optional.of("rfc822;Old+2BUser@example.net"),
        Optional.empty());
    Envelope envelope = new Envelope(
        Optional.empty(),
        List.of(recipient),
        BodyType.BINARY_MIME,
        true,
        Optional.of(Envelope.ReturnContent.HDRS),
        Optional.of("QQ314159"),
        Map.of("MT-PRIORITY", "3", "REQUIRETLS", ""));
    Origin origin = new Origin(
        "smtp",
        "ESMTPSA",
        Optional.of("192.0.2.1"),
        Optional.empty(),
        Optional.of("client"),
        Optional.of("alice"),
        Optional.of("TLSv1.3"));
    SpooledMail mail =
        SpooledMail.arriving(envelope, Content.of(new byte[] {0, (byte) 0xff, '\r', 7}), origin);
    mail = mail.withAttributes(mail.attributes().with("note", "ünï"));

    queue.enqueue(mail);
    start(LONG);

    await().until(() -> chain().processed().size() == 1);
    SpooledMail found = chain().processed().getFirst();
    assertThat(found.withContent(mail.content())).isEqualTo(mail);
    assertThat(found.content().bytes(10)).containsExactly(0, 0xff, '\r', 7);
  }

  @Test
  default void aLargeBodyGoesThroughUnchangedAlsoAfterARestartAndUnderANewHead() throws Exception {
    byte[] body = new byte[3_000_000];
    new Random(7).nextBytes(body);
    transport().answer("example.net", ScriptedTransport::deferred);
    MailQueue queue = start(LONG);
    try (ContentWriter writer = queue.newContent()) {
      for (int from = 0; from < body.length; from += 10_000) {
        writer.write(body, from, 10_000);
      }
      assertThat(writer.size()).isEqualTo(body.length);
      Content content = Content.prepend(
          "Received: x\r\n".getBytes(StandardCharsets.US_ASCII), writer.finish(), 0);
      queue.enqueue(mail(content, "user@example.net"));
    }
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);

    List<byte[]> delivered = new CopyOnWriteArrayList<>();
    transport().answer("example.net", delivery -> {
      delivered.add(delivery.mail().content().bytes(4_000_000));
      return ScriptedTransport.delivered(delivery);
    });
    MailQueue again = start(LONG);
    awaitCount(again, QueueEntry.State.DEFERRED, 1);
    again.control().retry(QueueFilter.all());

    awaitEmpty(again);
    assertThat(delivered).hasSize(1);
    assertThat(Arrays.copyOfRange(delivered.getFirst(), 0, 13))
        .asString()
        .isEqualTo("Received: x\r\n");
    assertThat(Arrays.copyOfRange(delivered.getFirst(), 13, body.length + 13)).isEqualTo(body);
  }

  @Test
  default void contentThatIsNeverEnqueuedLeavesNothing() throws Exception {
    MailQueue queue = open(LONG, DAYS);
    long before = files();
    try (ContentWriter writer = queue.newContent()) {
      writer.write(new byte[1_000_000], 0, 1_000_000);
      writer.finish();
    }
    assertThat(files()).isEqualTo(before);
  }

  @Test
  default void bodiesAreDeletedWithTheLastMailThatNeedsThem() throws Exception {
    MailQueue queue = start(LONG);
    long before = files();
    transport().answer("later.example", ScriptedTransport::deferred);
    queue.enqueue(mail(Content.of(new byte[200_000]), "a@example.net", "b@later.example"));
    awaitCount(queue, QueueEntry.State.DEFERRED, 1);
    assertThat(files()).isGreaterThan(before);

    queue.control().remove(QueueFilter.all());

    await()
        .ignoreException(UncheckedIOException.class) // A file that goes while it is looked at.
        .untilAsserted(() -> assertThat(files()).isEqualTo(before));
  }

  private long files() throws IOException {
    try (var found = Files.walk(directory())) {
      return found
          .filter(file -> !file.toString().contains("journal"))
          .filter(Files::isRegularFile)
          .count();
    }
  }
}
