package org.mansio.spi.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static String text(Message message) throws IOException {
    return new String(message.content().bytes(1 << 24), StandardCharsets.ISO_8859_1);
  }

  @Test
  void headersAreUnfolded() throws IOException {
    Message message = Message.of("Subject: one\n two\nTo: a@example.org\n\nbody\n");
    assertThat(message.headers().value("subject")).contains("one two");
    assertThat(message.headers().fields()).hasSize(2);
  }

  @Test
  void theBodyStartsBehindTheEmptyLine() throws IOException {
    Message message = Message.of("Subject: x\n\nbody\n\nmore\n");
    try (InputStream body = message.body()) {
      assertThat(new String(body.readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("body\r\n\r\nmore\r\n");
    }
  }

  @Test
  void aMessageWithoutHeadersIsAllBody() throws IOException {
    assertThat(Message.of("no header here\n").headers().fields()).isEmpty();
    assertThat(Message.of("no header here\n").bodySize()).isEqualTo(16);
  }

  @Test
  void anEmptyMessageHasNothing() throws IOException {
    assertThat(Message.of("").headers().fields()).isEmpty();
    assertThat(Message.of("").bodySize()).isZero();
  }

  @Test
  void editingOneFieldKeepsTheOthersOctetForOctet() throws IOException {
    byte[] raw = "X-Old: caf\u00e9  \r\n\tfolded\r\nSubject:tight\r\n\r\nbody\r\n"
        .getBytes(StandardCharsets.ISO_8859_1);
    Message message = Message.of(Content.of(raw));
    Message edited = message.withHeaders(message.headers().append(HeaderField.of("X-New", "1")));
    assertThat(text(edited))
        .isEqualTo("X-Old: caf\u00e9  \r\n\tfolded\r\nSubject:tight\r\nX-New: 1\r\n\r\nbody\r\n");
    assertThat(edited.size()).isEqualTo(raw.length + "X-New: 1\r\n".length());
  }

  @Test
  void aPrependedFieldStandsOnTop() throws IOException {
    Message message =
        Message.of("Subject: x\n\nbody\n").prepend(HeaderField.of("Return-Path", "<>"));
    assertThat(text(message)).isEqualTo("Return-Path: <>\r\nSubject: x\r\n\r\nbody\r\n");
    assertThat(message.headers().fields()).hasSize(2);
  }

  @Test
  void setReplacesInPlaceAndRemovesTheRest() throws IOException {
    Headers headers = Message.of("A: 1\nB: 2\na: 3\n\n").headers().set(HeaderField.of("A", "4"));
    assertThat(headers).hasToString("A: 4\r\nB: 2\r\n");
  }

  @Test
  void aHeaderCannotInjectAnother() {
    assertThatThrownBy(() -> HeaderField.of("Subject", "x\r\nBcc: y"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HeaderField.of("Sub ject", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(HeaderField.of("Subject", "x\r\n folded").value()).isEqualTo("x folded");
  }

  @Test
  void internationalValuesAreUtf8() throws IOException {
    Headers headers = Message.of("Subject: δοκιμή\n\n").headers();
    assertThat(headers.value("Subject")).contains("δοκιμή");
    assertThat(headers.append(HeaderField.of("X", "δ")).value("X")).contains("δ");
  }

  @Property
  void anyOctetsSurviveTheSplitIntoHeadersAndBody(@ForAll byte[] octets) throws IOException {
    Message message = Message.of(Content.of(octets));
    assertThat(message.bodySize()).isBetween(0L, (long) octets.length);
    assertThat(message.content().bytes(1 << 20)).isEqualTo(octets);
  }
}
