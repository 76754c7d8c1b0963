package org.mansio.server.admin.mailfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.server.admin.operations.QueueFileOperations;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MemoryQueue;

class MailFileTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456789Z");

  @TempDir
  Path folder;

  private static byte[] message() {
    // Octets that are no UTF-8, and lines that a text file would change.
    return "Subject: Gr\u00fc\u00dfe\r\n\r\n.\r\nbare\nline\r\n"
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static QueuedMail queued() {
    Recipient bob = new Recipient(
        MailAddress.of("\"b o b\"@example.net"),
        Set.of(Recipient.Notify.SUCCESS, Recipient.Notify.DELAY),
        Optional.of("rfc822;bob+2Bx@example.net"),
        Optional.of(new RecipientStatus(
            RecipientStatus.Action.DELAYED,
            EnhancedStatus.parse("4.7.1"),
            Optional.of("mx.example.net"),
            "451 4.7.1 \"later\"",
            NOON.plusSeconds(1))));
    Recipient international = new Recipient(
        MailAddress.of("m\u00fcller@example.net"),
        Set.of(Recipient.Notify.NEVER),
        Optional.empty(),
        Optional.empty());
    Envelope envelope = new Envelope(
            Optional.of(MailAddress.of("Alice@example.org")),
            List.of(bob, international),
            BodyType.BINARY_MIME,
            true,
            Optional.of(Envelope.ReturnContent.HDRS),
            Optional.of("id+2B1"),
            Map.of(Envelope.REQUIRE_TLS, "", "SOLICIT", "org.example:ADV"))
        .withPriority(-3)
        .withHoldUntil(NOON.plusSeconds(60))
        .withDeliverBy(new DeliverBy(NOON.plus(Duration.ofHours(1)), DeliverBy.Mode.NOTIFY, true));
    SpooledMail mail = new SpooledMail(
        new MailId("1K16MA4Y0D83K858.AB"),
        envelope,
        Content.of(message()),
        Attributes.none()
            .with("a", new AttributeValue.Text("t"))
            .with("b", new AttributeValue.Whole(1L << 40))
            .with("c", new AttributeValue.Flag(true))
            .with("d", new AttributeValue.Texts(List.of("x", "y"))),
        new Origin(
            "smtp",
            "ESMTPSA",
            Optional.of("192.0.2.1"),
            Optional.empty(),
            Optional.of("[192.0.2.1]"),
            Optional.of("alice"),
            Optional.of("TLSv1.3")),
        NOON,
        "transport",
        7,
        2);
    return new QueuedMail(
        mail,
        Optional.of(new Route("remote", "example.net", "bounces")),
        true,
        5,
        NOON.plusSeconds(600),
        Optional.of("451 4.7.1 \"later\""),
        Optional.of(NOON.plusSeconds(300)));
  }

  @Test
  void aMailComesBackFromItsFilesAsItWas() throws Exception {
    QueuedMail mail = queued();

    QueuedMail read = MailFile.read(MailFile.write(mail, folder));

    Content content = mail.mail().content();
    assertThat(new QueuedMail(
            read.mail().withContent(content),
            read.route(),
            read.held(),
            read.attempts(),
            read.due(),
            read.lastError(),
            read.warned()))
        .isEqualTo(mail);
    try (InputStream in = read.mail().content().open()) {
      assertThat(in.readAllBytes()).isEqualTo(message());
    }
  }

  @Test
  void nothingIsOverwritten() throws Exception {
    MailFile.write(queued(), folder);
    MailFile.write(queued(), folder);

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(4);
    }
  }

  @Test
  void aMessageThatIsGoneLeavesNoFile() throws Exception {
    SpooledMail gone = queued().mail().withContent(new Content() {
      @Override
      public long size() {
        return 1;
      }

      @Override
      public InputStream open() throws IOException {
        throw new IOException("delivered meanwhile");
      }
    });
    QueuedMail mail =
        new QueuedMail(gone, Optional.empty(), false, 0, NOON, Optional.empty(), Optional.empty());

    assertThatThrownBy(() -> MailFile.write(mail, folder)).hasMessage("delivered meanwhile");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          "format":1      | "format":2        | format is 2
          "held":true     | "held":"yes"      | held has the wrong type
          "position":7    | "position":null   | position is missing
          "position":7    | "position":-1     | position and attempts can't be negative
          BINARY_MIME     | 9BIT              | envelope.body
          Alice@          | Alice             | envelope.sender
          "NEVER"         | "OFTEN"           | envelope.recipients.notify
          {"format"       | ["format"         | isn't a JSON object
          }               | ]                 | isn't JSON
          """)
  void anEnvelopeThatCantBeIsRefusedWithItsPlace(String part, String wrong, String complaint)
      throws Exception {
    Path message = MailFile.write(queued(), folder);
    Path envelope = Path.of(message.toString().replace(".eml", ".json"));
    Files.writeString(envelope, Files.readString(envelope).replace(part, wrong));

    assertThatThrownBy(() -> MailFile.read(message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void aMessageWithoutItsEnvelopeIsRefused() throws Exception {
    Path message = Files.write(folder.resolve("m.eml"), message());

    assertThatThrownBy(() -> MailFile.read(message))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("m.json");
  }

  @Test
  void importedMailIsNewUnlessItIsKept() throws Exception {
    MemoryQueue queue = new MemoryQueue();
    QueueFileOperations operations = new QueueFileOperations(queue);
    String file = MailFile.write(queued(), folder).toString();

    String id = operations.importMail(file, false);

    assertThat(queue.mails()).singleElement().satisfies(mail -> {
      assertThat(mail.id().value())
          .isEqualTo(id)
          .isNotEqualTo(queued().mail().id().value());
      assertThat(mail.processor()).isEqualTo(SpooledMail.ROOT);
      assertThat(mail.arrival()).isAfter(NOON);
      assertThat(mail.attributes()).isEqualTo(Attributes.none());
      assertThat(mail.envelope().parameters())
          .isEqualTo(queued().mail().envelope().parameters());
      assertThat(mail.envelope().recipients())
          .allMatch(recipient -> recipient.status().isEmpty());
    });
    assertThat(operations.importMail(file, true)).isEqualTo(queued().mail().id().value());
    assertThatThrownBy(() -> operations.importMail(file, true))
        .hasMessageContaining("rests in the queue already");
    assertThat(operations.export("sender=alice", folder.resolve("new").toString()))
        .isEqualTo(2);
    assertThat(folder.resolve("new").resolve(id + ".eml")).hasBinaryContent(message());
    assertThatThrownBy(() -> operations.export("", "relative")).hasMessageContaining("absolute");
  }
}
