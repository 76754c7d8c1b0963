package org.mansio.mailets.delivery.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of web servers, good and bad (RFC 9112). */
class HttpResponseTest {
  private static final int MOST = 10;

  private static HttpResponse read(String answer) throws IOException {
    byte[] octets = answer.getBytes(StandardCharsets.ISO_8859_1);
    return HttpResponse.read(new ByteArrayInputStream(octets), MOST);
  }

  private static String body(String answer) throws IOException {
    return new String(read(answer).body(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aBodyEndsByItsLengthItsChunksOrTheConnection() throws IOException {
    assertThat(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")).isEqualTo("abc");
    assertThat(body("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\nrest"))
        .isEqualTo("abc");
    assertThat(body("HTTP/1.0 200\nServer: old\n\nabc")).isEqualTo("abc");
  }

  @Test
  void interimAnswersArePassedOver() throws IOException {
    HttpResponse response = read("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        + "HTTP/1.1 200 OK\r\nContent-TYPE:  text/plain \r\nContent-Length: 0\r\n\r\n");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.field("Content-Type")).contains("text/plain");
    assertThat(response.field("Link")).isEmpty();
  }

  @Test
  void ofAnotherStatusTheBodyIsNotRead() throws IOException {
    assertThat(read("HTTP/1.1 404 Not Found\r\nContent-Length: 9999\r\n\r\n").status())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "SSH-2.0-x\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n0123456789a",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
        "HTTP/1.1 200 OK\r\n\r\n0123456789a"
      })
  void whatIsMalformedCutShortOrTooLongIsRefused(String answer) {
    assertThatThrownBy(() -> read(answer)).isInstanceOf(IOException.class);
  }

  @Test
  void aHeadWithoutEndIsRefused() {
    assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(5000)))
        .hasMessageContaining("head");
    assertThatThrownBy(() -> read("HTTP/1.1 100 Continue\r\n\r\n".repeat(100)))
        .hasMessageContaining("interim");
  }
}
