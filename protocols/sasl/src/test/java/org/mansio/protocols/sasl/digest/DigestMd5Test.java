package org.mansio.protocols.sasl.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.protocols.sasl.TestContext.challenge;
import static org.mansio.protocols.sasl.TestContext.data;
import static org.mansio.protocols.sasl.TestContext.octets;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.sasl.TestContext;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism.SaslExchange;
import org.mansio.spi.sasl.SaslStep;

class DigestMd5Test {
  private static final byte[] NOTHING = new byte[0];
  private final TestContext context = new TestContext();

  private SaslExchange asked(String nonce) {
    SaslExchange exchange = new DigestMd5Mechanism(() -> nonce).start(context);
    exchange.next(NOTHING);
    return exchange;
  }

  private String response(String login, String password, String uri, String count, String more) {
    DigestResponse parts = DigestResponse.of(Map.of(
            "username",
            login,
            "realm",
            "mx.example.org",
            "nonce",
            "n",
            "cnonce",
            "c",
            "nc",
            count,
            "digest-uri",
            uri,
            "response",
            "0".repeat(32)))
        .orElseThrow();
    return "username=\"" + login + "\",realm=\"mx.example.org\",nonce=\"n\",cnonce=\"c\",nc="
        + count + ",qop=auth,digest-uri=\"" + uri + "\",response=" + parts.expected(password)
        + more;
  }

  @Test
  void theExampleOfTheRfcComputes() {
    // RFC 2831 §4.
    String fields =
        "charset=utf-8,username=\"chris\",realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\","
            + "nc=00000001,cnonce=\"OA6MHXh6VqTrRk\",digest-uri=\"imap/elwood.innosoft.com\","
            + "response=d388dad90d4bbd760a152321f2143af7,qop=auth";
    DigestResponse response =
        DigestFields.parse(fields).flatMap(DigestResponse::of).orElseThrow();
    assertThat(response.expected("secret")).isEqualTo(response.digest());
    assertThat(response.proof("secret")).isEqualTo("ea40f60335c427b5527b84dbabcdfffd");
  }

  @Test
  void theChallengeSaysWhatTheServerDoes() {
    String text = challenge(new DigestMd5Mechanism().start(context).next(NOTHING));
    assertThat(DigestFields.parse(text).orElseThrow())
        .containsEntry("realm", "mx.example.org")
        .containsEntry("qop", "auth")
        .containsEntry("charset", "utf-8")
        .containsEntry("algorithm", "md5-sess");
    assertThat(text)
        .isNotEqualTo(challenge(new DigestMd5Mechanism().start(context).next(NOTHING)));
  }

  @Test
  void aRightResponseIsAnsweredByTheServersProof() {
    SaslStep step = asked("n")
        .next(octets(
            response("alice@example.org", "ecila", "smtp/mail.example.org", "00000001", "")));
    assertThat(step)
        .isInstanceOfSatisfying(
            SaslStep.Success.class,
            success -> assertThat(success.user()).isEqualTo(MailAddress.of("alice@example.org")));
    assertThat(data(step)).matches("rspauth=[0-9a-f]{32}");
  }

  @Test
  void aWrongPasswordAnotherServiceAnotherNonceAndAReplayAreRejected() {
    String right = response("alice@example.org", "ecila", "smtp/mail.example.org", "00000001", "");
    assertThat(asked("m").next(octets(right))).isInstanceOf(SaslStep.Rejected.class);
    for (String wrong : new String[] {
      response("alice@example.org", "wrong", "smtp/mail.example.org", "00000001", ""),
      response("bob@example.org", "", "smtp/mail.example.org", "00000001", ""),
      response("nobody@example.org", "", "smtp/mail.example.org", "00000001", ""),
      response("alice@example.org", "ecila", "imap/mail.example.org", "00000001", ""),
      response("alice@example.org", "ecila", "smtp/mail.example.org", "00000002", "")
    }) {
      assertThat(asked("n").next(octets(wrong))).isInstanceOf(SaslStep.Rejected.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "username=alice",
        "username=\"alice",
        "username=\"a\",username=\"b\"",
        "username",
        "=",
        "username=\"a\\",
        "username=\"a\" realm=\"b\""
      })
  void whatIsNoResponseIsMalformed(String text) {
    assertThat(asked("n").next(octets(text))).isInstanceOf(SaslStep.Malformed.class);
  }

  @Test
  void anOversizedResponseIsMalformed() {
    String right = response("alice@example.org", "ecila", "smtp/x", "00000001", ",x=");
    assertThat(asked("n").next(octets(right + "y".repeat(4096))))
        .isInstanceOf(SaslStep.Malformed.class);
  }

  @Property(tries = 300)
  void quotedValuesComeBack(@ForAll String value) {
    assertThat(DigestFields.parse("a=" + DigestFields.quoted(value) + " , b=c"))
        .contains(Map.of("a", value, "b", "c"));
  }

  @Property(tries = 300)
  void noTextBreaksTheParser(@ForAll String text) {
    DigestFields.parse(text).ifPresent(fields -> assertThat(fields).doesNotContainKey(""));
  }
}
