package org.mansio.protocols.sasl.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.protocols.sasl.TestContext.challenge;
import static org.mansio.protocols.sasl.TestContext.octets;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.sasl.TestContext;
import org.mansio.protocols.sasl.digest.CramMechanism.Hash;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism.SaslExchange;
import org.mansio.spi.sasl.SaslStep;

class CramTest {
  private static final byte[] NOTHING = new byte[0];
  private static final String CHALLENGE = "<1896.697170952@postoffice.reston.mci.net>";
  private final TestContext context =
      new TestContext().share("tim@example.org", "tanstaaftanstaaf");

  private SaslExchange asked() {
    SaslExchange exchange = new CramMechanism(Hash.MD5, host -> CHALLENGE).start(context);
    assertThat(exchange.clientFirst()).isFalse();
    assertThat(challenge(exchange.next(NOTHING))).isEqualTo(CHALLENGE);
    return exchange;
  }

  @Test
  void theExampleOfTheRfcIsAccepted() {
    // RFC 2195 §2 but for the name, which is an address here.
    assertThat(asked().next(octets("tim@example.org b913a602c7eda7a495b4e6e7334d3890")))
        .isEqualTo(new SaslStep.Success(MailAddress.of("tim@example.org")));
    assertThat(CramMechanism.digest(Hash.MD5, "tanstaaftanstaaf", octets(CHALLENGE)))
        .isEqualTo("b913a602c7eda7a495b4e6e7334d3890");
  }

  @Test
  void cramSha1DiffersByItsDigestOnly() {
    CramMechanism mechanism = new CramMechanism(Hash.SHA1, host -> CHALLENGE);
    assertThat(mechanism.name()).isEqualTo("CRAM-SHA1");
    SaslExchange exchange = mechanism.start(context);
    exchange.next(NOTHING);
    // As computed by openssl dgst -sha1 -hmac.
    assertThat(exchange.next(octets("tim@example.org 8cb10ed0a8b764ab0e05125dd6eaa295f19b5943")))
        .isEqualTo(new SaslStep.Success(MailAddress.of("tim@example.org")));

    SaslExchange byMd5 = mechanism.start(context);
    byMd5.next(NOTHING);
    assertThat(byMd5.next(octets("tim@example.org b913a602c7eda7a495b4e6e7334d3890")))
        .isInstanceOf(SaslStep.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tim@example.org b913a602c7eda7a495b4e6e7334d3891",
        "tim@example.org b913a602",
        "tim@example.org ",
        "alice@example.org b913a602c7eda7a495b4e6e7334d3890"
      })
  void aWrongDigestIsRejectedWithTheName(String response) {
    assertThat(asked().next(octets(response)))
        .isInstanceOfSatisfying(
            SaslStep.Rejected.class,
            rejected -> assertThat(rejected.login())
                .contains(response.substring(0, response.indexOf(' '))));
  }

  @Test
  void aUserWithoutASecretIsRejectedLikeNobody() {
    String bobs = CramMechanism.digest(Hash.MD5, "", octets(CHALLENGE));
    assertThat(asked().next(octets("bob@example.org " + bobs)))
        .isInstanceOf(SaslStep.Rejected.class);
    assertThat(asked().next(octets("nobody@example.org " + bobs)))
        .isInstanceOf(SaslStep.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tim", " b913a602c7eda7a495b4e6e7334d3890"})
  void whatIsNoNameAndDigestIsMalformed(String response) {
    assertThat(asked().next(octets(response))).isInstanceOf(SaslStep.Malformed.class);
  }

  @Test
  void challengesDifferAndNameTheServer() {
    String one = challenge(new CramMechanism(Hash.MD5).start(context).next(NOTHING));
    String other = challenge(new CramMechanism(Hash.MD5).start(context).next(NOTHING));
    assertThat(one).matches("<[0-9]+\\.[0-9]+@mx\\.example\\.org>").isNotEqualTo(other);
  }

  @Property(tries = 200)
  void noResponseBreaksIt(@ForAll byte[] response) {
    assertThat(Optional.of(asked().next(response))).get().isNotInstanceOf(SaslStep.Success.class);
  }
}
