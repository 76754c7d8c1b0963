package org.mansio.protocols.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  private static final String MESSAGE = "Received: from somewhere\r\n"
      + "X-Mansio-Load: abc-42 1234567890\r\nSubject: x\r\n\r\n"
      + ".. stuffed\r\n...\r\nX-Mansio-Load: wrong-1 1\r\nbare\n.\nline feed\r\n.\r\n";

  private record Read(MessageReader reader, String copy, String rest) {}

  private static Read read(String text, int pieceLength) throws IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    MessageReader reader = new MessageReader(Optional.of(copy));
    ByteBuf in = Unpooled.buffer();
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    boolean ended = false;
    for (int at = 0; at < octets.length; at += pieceLength) {
      in.writeBytes(octets, at, Math.min(pieceLength, octets.length - at));
      ended = ended || reader.take(in);
    }
    assertThat(ended).isTrue();
    return new Read(
        reader, copy.toString(StandardCharsets.US_ASCII), in.toString(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 40, 1000})
  void theEndAndTheIdAreFoundInAnyPieces(int pieceLength) throws IOException {
    Read read = read(MESSAGE + "QUIT\r\n", pieceLength);

    assertThat(read.reader().id()).isEqualTo(new MailId("abc", 42, 1_234_567_890));
    assertThat(read.rest()).isEqualTo("QUIT\r\n");
    assertThat(read.copy())
        .endsWith("\r\n. stuffed\r\n..\r\nX-Mansio-Load: wrong-1 1\r\nbare\n.\nline feed\r\n");
    assertThat(read.reader().octets()).isEqualTo(read.copy().length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Subject: none\r\n\r\nX-Mansio-Load: a-1 1\r\n.\r\n",
        "X-Mansio-Load: a-x 1\r\n\r\n.\r\n",
        "X-Mansio-Load: a-1\r\n\r\n.\r\n",
        "X-Mansio-Load: -1 1\r\n\r\n.\r\n",
        "X-Mansio-Load: a-100000000 1\r\n\r\n.\r\n",
        "X-Mansio-Load: tooooooooooooolong-1 1\r\n\r\n.\r\n",
        ".\r\n"
      })
  void whatIsNoIdIsNone(String text) throws IOException {
    assertThat(read(text, 1000).reader().id()).isNull();
  }

  @Test
  void anEndlessHeaderLineIsPassedOver() throws IOException {
    String line = "X".repeat(100_000);

    assertThat(read(line + "\r\n\r\nbody\r\n.\r\n", 1000).reader().octets()).isEqualTo(100_010);
  }
}
