package org.mansio.protocols.sasl.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.protocols.sasl.TestContext.challenge;
import static org.mansio.protocols.sasl.TestContext.octets;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.sasl.TestContext;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism.SaslExchange;
import org.mansio.spi.sasl.SaslStep;

class PlainAndLoginTest {
  private static final SaslStep ALICE = new SaslStep.Success(MailAddress.of("alice@example.org"));
  private final TestContext context = new TestContext();

  private SaslStep plain(String message) {
    return new PlainMechanism().start(context).next(octets(message));
  }

  @Test
  void plainTakesNameAndPassword() {
    assertThat(plain("\0alice@example.org\0ecila")).isEqualTo(ALICE);
    assertThat(plain("ALICE@example.org\0alice@example.org\0ecila")).isEqualTo(ALICE);
    assertThat(plain("bob@example.org\0alice@example.org\0ecila"))
        .isInstanceOf(SaslStep.Rejected.class);
    assertThat(plain("\0alice@example.org\0wrong"))
        .isInstanceOfSatisfying(
            SaslStep.Rejected.class,
            rejected -> assertThat(rejected.login()).contains("alice@example.org"));
    assertThat(plain("\0alice@example.org\0")).isInstanceOf(SaslStep.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "alice", "alice\0ecila", "\0a\0b\0c"})
  void plainWithMoreOrLessThanThreePartsIsMalformed(String message) {
    assertThat(plain(message)).isInstanceOf(SaslStep.Malformed.class);
  }

  @Test
  void aPartThatIsTooLongIsMalformed() {
    assertThat(plain("\0" + "a".repeat(1025) + "\0x")).isInstanceOf(SaslStep.Malformed.class);
  }

  @Test
  void loginAsksForNameAndPassword() {
    SaslExchange exchange = new LoginMechanism().start(context);
    assertThat(challenge(exchange.next(new byte[0]))).isEqualTo("Username:");
    assertThat(challenge(exchange.next(octets("alice@example.org")))).isEqualTo("Password:");
    assertThat(exchange.next(octets("ecila"))).isEqualTo(ALICE);
  }

  @Property(tries = 300)
  void noOctetsBreakPlain(@ForAll byte[] octets) {
    assertThat(new PlainMechanism().start(context).next(octets))
        .isNotInstanceOf(SaslStep.Success.class);
  }
}
