package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.testkit.FakeSmtpServer;

class ChunkingTest extends ClientTest {
  private static final String[] OFFER = {"PIPELINING", "8BITMIME", "CHUNKING", "BINARYMIME"};
  private static final int CHUNK = ContentBlocks.BLOCK;

  private final ClientOptions chunked = smtp.withChunking(Chunking.OFFERED);

  @BeforeEach
  void offer() {
    server.offering(OFFER);
  }

  private static byte[] octets(int size) {
    byte[] octets = new byte[size];
    new Random(1).nextBytes(octets);
    return octets;
  }

  private static Envelope binary(Recipient... recipients) {
    return toBob().withBody(BodyType.BINARY_MIME).withRecipients(List.of(recipients));
  }

  private List<String> chunks() {
    return server.commands().stream()
        .filter(command -> command.startsWith("BDAT"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 10 * CHUNK, 10 * CHUNK + 17})
  void sendsAllOctetsWhateverTheSize(int size) throws Exception {
    byte[] octets = octets(size);

    assertThat(send(smtp, binary(BOB), Content.of(octets)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.taken()).singleElement().satisfies(mail -> {
      assertThat(mail.octets()).isEqualTo(octets);
      assertThat(mail.chunked()).isTrue();
    });
    assertThat(chunks().stream().filter(chunk -> chunk.endsWith(" LAST"))).hasSize(1);
    assertThat(chunks().getLast()).endsWith(" LAST");
  }

  @Test
  void endsAStreamThatFillsItsLastBlockWithAnEmptyChunk() throws Exception {
    byte[] octets = octets(2 * CHUNK);
    Content streamed = streamed(octets, octets.length);

    assertThat(send(smtp, binary(BOB), streamed).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(chunks()).containsExactly("BDAT " + CHUNK, "BDAT " + CHUNK, "BDAT 0 LAST");
  }

  private static Content streamed(byte[] octets, long size) {
    return new Content() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public InputStream open() {
        return new java.io.ByteArrayInputStream(octets);
      }
    };
  }

  @Test
  void neverEndsHalfAMessage() throws Exception {
    Content broken = streamed(octets(3 * CHUNK), 4 * CHUNK);

    assertThat(send(smtp, binary(BOB), broken).get(BOB))
        .isInstanceOfSatisfying(
            Deferred.class, deferred -> assertThat(deferred.status()).isEqualTo(status("4.3.0")));
    assertThat(chunks()).noneMatch(chunk -> chunk.endsWith(" LAST"));
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void neverEndsAMessageWithAHole() throws Exception {
    server.on("BDAT", "250 2.0.0 ok", "452 4.3.1 disk full", "250 2.0.0 ok");

    assertThat(send(smtp, binary(BOB), Content.of(octets(6 * CHUNK))).get(BOB))
        .isInstanceOfSatisfying(
            Deferred.class, deferred -> assertThat(deferred.status()).isEqualTo(status("4.3.1")));
    assertThat(chunks()).noneMatch(chunk -> chunk.endsWith(" LAST"));
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void goesOnBehindARefusedChunkWithAReset() throws Exception {
    server.on("BDAT", "554 5.6.0 no");
    assertThat(send(smtp, binary(BOB), Content.of(octets(CHUNK + 1))).get(BOB))
        .isInstanceOf(Failed.class);
    server.on("BDAT", "250 ok");
    assertThat(send(smtp, binary(BOB), Content.of(octets(10))).get(BOB))
        .isInstanceOf(Delivered.class);

    assertThat(server.dialogues()).hasSize(1);
    assertThat(server.commands()).contains("RSET");
  }

  @Test
  void goesOnBehindARefusedMessageWithAReset() throws Exception {
    server.on(".", "554 5.7.1 spam", "250 2.0.0 ok");
    assertThat(send(smtp, binary(BOB), Content.of(octets(10))).get(BOB)).isInstanceOf(Failed.class);
    assertThat(send(smtp, binary(BOB), Content.of(octets(10))).get(BOB))
        .isInstanceOf(Delivered.class);

    assertThat(server.dialogues()).hasSize(1);
    assertThat(server.commands()).containsSubsequence("BDAT 10 LAST", "RSET", "BDAT 10 LAST");
  }

  @Test
  void defersWhenTheHostClosesBetweenChunks() throws Exception {
    server.on("BDAT", "250 ok", FakeSmtpServer.CLOSE);

    assertThat(send(smtp, binary(BOB), Content.of(octets(8 * CHUNK))).get(BOB))
        .isInstanceOfSatisfying(
            Deferred.class, deferred -> assertThat(deferred.status()).isEqualTo(status("4.4.2")));
  }

  @Test
  void sendsNoChunkToNobody() throws Exception {
    for (String[] offer : new String[][] {OFFER, {"CHUNKING", "BINARYMIME"}}) {
      serve(FakeSmtpServer.smtp().offering(offer).on("RCPT", "550 5.1.1 no"));
      assertThat(send(smtp, binary(BOB), content(MESSAGE)).get(BOB)).isInstanceOf(Failed.class);
      assertThat(chunks()).isEmpty();
    }
  }

  @Test
  void takesTheReplyOfEachRecipientOverLmtp() throws Exception {
    serve(FakeSmtpServer.lmtp().offering(OFFER).on(".carol@", "550 5.2.2 full"));

    Map<Recipient, RecipientResult> results =
        send(lmtp, binary(BOB, CAROL, DAVE), Content.of(octets(3 * CHUNK)));
    assertThat(results.get(BOB)).isInstanceOf(Delivered.class);
    assertThat(results.get(CAROL)).isInstanceOf(Failed.class);
    assertThat(results.get(DAVE)).isInstanceOf(Delivered.class);
  }

  @Test
  void sendsLinesBehindDataUnlessTold() throws Exception {
    send(BOB);
    assertThat(chunks()).isEmpty();

    assertThat(send(chunked, toBob(), content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(chunks()).containsExactly("BDAT 24 LAST");

    serve(FakeSmtpServer.smtp());
    assertThat(send(chunked, toBob(), content(MESSAGE)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.commands()).contains("DATA");
  }

  @Test
  void repairsLinesInChunksAndStuffsNoDots() throws Exception {
    Content content = content("Subject: x\r\n\r\n.a\n..\r.\r\nMAIL FROM:<x@y>");

    assertThat(send(chunked, toBob(), content).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(new String(server.taken().getFirst().octets(), StandardCharsets.US_ASCII))
        .isEqualTo("Subject: x\r\n\r\n.a\r\n..\r\n.\r\nMAIL FROM:<x@y>\r\n");
  }

  @Test
  void sendsSeveralChunksAheadOfTheReplies() throws Exception {
    assertThat(send(smtp, binary(BOB), Content.of(octets(3 * CHUNK))).get(BOB))
        .isInstanceOf(Delivered.class);
    // LAST waits for the replies to what went before.
    assertThat(server.commands().stream().filter(command -> command.startsWith("BDAT")))
        .containsExactly("BDAT " + CHUNK, "BDAT " + CHUNK, "BDAT " + CHUNK + " LAST");
  }
}
