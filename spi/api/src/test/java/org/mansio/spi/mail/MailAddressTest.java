package org.mansio.spi.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice@example.org",
        "a.b-c+d=e@mail.example.org",
        "\"a b\"@example.org",
        "\"a\\\"b\"@example.org",
        "x@[192.0.2.1]",
        "x@[IPv6:2001:db8::1]",
        "x@[0.9.99.255]",
        "x@[IPv6:::]",
        "x@[IPv6:1:2:3:4:5:6:7:8]",
        "x@[IPv6:::ffff:192.0.2.1]",
        "δοκιμή@example.org",
        "a@localhost"
      })
  void aMailboxIsReadAndWrittenAlike(String text) throws InvalidAddressException {
    assertThat(MailAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "alice",
        "alice@",
        "@example.org",
        ".a@example.org",
        "a.@example.org",
        "a..b@example.org",
        "a b@example.org",
        "a@b@example.org",
        "\"a@example.org",
        "\"a\"b@example.org",
        "\"\r\n\"@example.org",
        "a@-example.org",
        "a@example..org",
        "a@example.org.",
        "a@exa mple.org",
        "a@[192.0.2.1",
        "a@[evil]",
        "a@example.org>",
        "a@[IPv6:zz]",
        // RFC 5321 §4.1.3: none of these is an address.
        "a@[999.1.1.1]",
        "a@[192.0.2.256]",
        "a@[192.0.2.1000]",
        "a@[192.0.2]",
        "a@[IPv6:1:2:3:4:5:6:7]",
        "a@[IPv6:1:2:3:4:5:6:7:8:9]",
        "a@[IPv6:1::2::3]",
        "a@[IPv6:12345::1]",
        "a@[IPv6:::999.1.1.1]",
        "a@[IPv6:192.0.2.1]",
        "a@[IPv6:..]",
        "a\u0000@example.org",
        "a@under_score.org",
        "a@ß_.org",
        "a@-ß.org",
        "a@ß-.org",
        "a@ß!.org"
      })
  void whatIsNoMailboxIsRefused(String text) {
    assertThatThrownBy(() -> MailAddress.parse(text)).isInstanceOf(InvalidAddressException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "a@EXAMPLE.org,a@example.org",
    "\"a\"@example.org,a@example.org",
    "a@bücher.example,a@xn--bcher-kva.example",
    // Other domains than those that IDNA2003 makes of them (RFC 5894 §7.2).
    "a@faß.de,a@xn--fa-hia.de",
    "a@Straße.Bücher.example,a@xn--strae-oqa.xn--bcher-kva.example",
    "a@βόλος.com,a@xn--nxasmm1c.com",
    "a@βόλοσ.com,a@xn--nxasmq6b.com",
    "a@نامه\u200cای.com,a@xn--mgba3gch31f060k.com",
    "a@ß。example,a@xn--zca.example"
  })
  void oneNameHasOneForm(String written, String canonical) throws InvalidAddressException {
    assertThat(MailAddress.parse(written)).isEqualTo(MailAddress.of(canonical));
  }

  @Test
  void caseOfTheLocalPartIsKept() {
    assertThat(MailAddress.of("Alice@example.org").localPart()).isEqualTo("Alice");
    assertThat(MailAddress.of("Alice@example.org").sameMailbox(MailAddress.of("alice@example.org")))
        .isTrue();
  }

  @Test
  void lengthsAreCountedInOctets() {
    String longest = "x".repeat(MailAddress.MAX_LOCAL_PART);
    assertThat(MailAddress.of(longest + "@example.org").localPart()).isEqualTo(longest);
    assertThatThrownBy(() -> MailAddress.parse(longest + "x@example.org"))
        .hasMessageContaining("64 octets");
    assertThatThrownBy(() -> MailAddress.parse("é".repeat(33) + "@example.org"))
        .hasMessageContaining("64 octets");
  }

  @Test
  void aLengthCountsInUtf8AndInAscii() throws InvalidAddressException {
    // In UTF-8 seven octets and the dot, in ASCII thirteen.
    String label = "bücher.";
    assertThat(MailAddress.parse("x@" + label.repeat(17) + "org").toString()).hasSize(243);
    assertThatThrownBy(() -> MailAddress.parse("x@" + label.repeat(18) + "org"))
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("longer than 254");
  }

  @Test
  void onlyALocalPartBeyondAsciiNeedsSmtpUtf8() {
    assertThat(MailAddress.of("δ@example.org").isInternational()).isTrue();
    assertThat(MailAddress.of("d@bücher.example").isInternational()).isFalse();
  }

  @Property
  void anyTextIsEitherRefusedOrSurvivesARoundTrip(@ForAll @StringLength(max = 80) String text) {
    try {
      MailAddress address = MailAddress.parse(text + "@example.org");
      assertThat(MailAddress.of(address.toString())).isEqualTo(address);
      assertThat(address.toString()).doesNotContain("\r", "\n");
    } catch (InvalidAddressException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
