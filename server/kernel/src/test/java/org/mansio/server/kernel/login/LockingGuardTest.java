package org.mansio.server.kernel.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.LoginGuard;
import org.mansio.spi.sasl.LoginGuard.Admission;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.MemoryDirectory;
import org.mansio.spi.testkit.SettableClock;

class LockingGuardTest {
  private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("198.51.100.7");
  private static final MailAddress ALICE = MailAddress.of("alice@example.org");
  private static final Admission AT_ONCE = new Admission.Granted(Duration.ZERO);

  private final SettableClock clock = new SettableClock();
  private final Map<String, String> settings = new HashMap<>();

  private LoginGuard guard() throws InvalidSettingException {
    return new LockingGuard(
        Settings.ofTexts(LockingGuard.SETTINGS, settings), new MemoryDirectory()::addressOf, clock);
  }

  private static void fail(LoginGuard guard, InetAddress client, String login, int times) {
    for (int i = 0; i < times; i++) {
      guard.failed(client, Optional.of(login));
    }
  }

  private static InetAddress address(int last) {
    return InetAddress.ofLiteral("203.0.113." + last);
  }

  @Test
  void eachFailureIsAnsweredLaterUpToALimit() throws Exception {
    LoginGuard guard = guard();
    for (int seconds : new int[] {1, 2, 4, 8, 10, 10}) {
      assertThat(guard.failed(HOME, Optional.of("alice@example.org")))
          .isEqualTo(new Admission.Granted(Duration.ofSeconds(seconds)));
    }
    settings.put("delay", "0");
    assertThat(guard().failed(HOME, Optional.empty())).isEqualTo(AT_ONCE);
  }

  @Test
  void anAddressThatGoesOnIsShutOutForATime() throws Exception {
    settings.put("failuresPerAddress", "3");
    LoginGuard guard = guard();
    for (int i = 0; i < 3; i++) {
      assertThat(guard.admit(HOME)).isEqualTo(AT_ONCE);
      guard.failed(HOME, Optional.of("user" + i));
    }
    assertThat(guard.admit(HOME)).isEqualTo(new Admission.Refused(Duration.ofMinutes(15)));
    assertThat(guard.admit(ELSEWHERE)).isEqualTo(AT_ONCE);
    clock.advance(Duration.ofMinutes(15));
    assertThat(guard.admit(HOME)).isEqualTo(AT_ONCE);
    // Not forgotten yet: the next failure is one too many at once.
    guard.failed(HOME, Optional.empty());
    assertThat(guard.admit(HOME)).isInstanceOf(Admission.Refused.class);
    clock.advance(Duration.ofMinutes(76));
    guard.failed(HOME, Optional.empty());
    assertThat(guard.admit(HOME)).isEqualTo(AT_ONCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice@example.org", "nobody@example.org"})
  void aNameIsShutOutWhetherOrNotThereIsSuchAUser(String name) throws Exception {
    settings.put("failuresPerUser", "4");
    LoginGuard guard = guard();
    for (int i = 0; i < 4; i++) {
      assertThat(guard.failed(address(i), Optional.of(name))).isInstanceOf(Admission.Granted.class);
    }
    assertThat(guard.failed(ELSEWHERE, Optional.of(name))).isInstanceOf(Admission.Refused.class);
    assertThat(guard.succeeded(ELSEWHERE, MailAddress.of(name)))
        .isInstanceOf(Admission.Refused.class);
    clock.advance(Duration.ofMinutes(15));
    assertThat(guard.succeeded(ELSEWHERE, MailAddress.of(name))).isEqualTo(AT_ONCE);
  }

  @Test
  void allFormsOfANameCountAsOne() throws Exception {
    settings.put("failuresPerUser", "2");
    LoginGuard guard = guard();
    fail(guard, HOME, "Alice@Example.org", 1);
    fail(guard, HOME, "ALICE@example.ORG", 1);
    assertThat(guard.succeeded(ELSEWHERE, ALICE)).isInstanceOf(Admission.Refused.class);
  }

  @Test
  void aRightPasswordPardonsTheUserButNotTheAddress() throws Exception {
    settings.put("failuresPerUser", "3");
    settings.put("failuresPerAddress", "4");
    LoginGuard guard = guard();
    fail(guard, HOME, "alice@example.org", 2);
    guard.succeeded(HOME, ALICE);
    fail(guard, HOME, "alice@example.org", 2);
    assertThat(guard.succeeded(ELSEWHERE, ALICE)).isEqualTo(AT_ONCE);
    assertThat(guard.admit(HOME)).isInstanceOf(Admission.Refused.class);
  }

  @Test
  void strangersCannotShutAUserOutOfAFamiliarAddress() throws Exception {
    settings.put("failuresPerUser", "2");
    LoginGuard guard = guard();
    guard.succeeded(HOME, ALICE);
    fail(guard, ELSEWHERE, "alice@example.org", 2);
    assertThat(guard.succeeded(ELSEWHERE, ALICE)).isInstanceOf(Admission.Refused.class);
    assertThat(guard.failed(HOME, Optional.of("alice@example.org")))
        .isInstanceOf(Admission.Granted.class);
    assertThat(guard.succeeded(HOME, ALICE)).isEqualTo(AT_ONCE);
    clock.advance(Duration.ofDays(31));
    fail(guard, ELSEWHERE, "alice@example.org", 2);
    assertThat(guard.succeeded(HOME, ALICE)).isInstanceOf(Admission.Refused.class);
  }

  @Test
  void trustedNetworksAreNotShutOut() throws Exception {
    settings.put("trustedNetworks", "192.0.2.0/24");
    settings.put("failuresPerAddress", "1");
    settings.put("failuresPerUser", "2");
    LoginGuard guard = guard();
    fail(guard, HOME, "alice@example.org", 2);
    assertThat(guard.admit(HOME)).isEqualTo(AT_ONCE);
    assertThat(guard.failed(HOME, Optional.of("alice@example.org")))
        .isInstanceOf(Admission.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
    "2001:db8::1, 2001:db8::/64",
    "::1, ::/64"
  })
  void addressesOfOneSiteAreOneSubject(String address, String subject) {
    assertThat(LockingGuard.subject(InetAddress.ofLiteral(address))).isEqualTo(subject);
  }

  @Test
  void anOperatorSeesAndForgetsFailures() throws Exception {
    settings.put("failuresPerUser", "3");
    LoginGuard guard = guard();
    fail(guard, HOME, "alice@example.org", 3);
    assertThat(guard.tracked())
        .extracting(LoginGuard.Tracked::subject)
        .containsExactly("192.0.2.1", "alice@example.org");
    assertThat(guard.tracked().get(1).lockedUntil())
        .contains(clock.instant().plus(Duration.ofMinutes(15)));
    assertThat(guard.forget("ALICE@example.org")).isTrue();
    assertThat(guard.forget("alice@example.org")).isFalse();
    assertThat(guard.succeeded(ELSEWHERE, ALICE)).isEqualTo(AT_ONCE);
    clock.advance(Duration.ofHours(2));
    assertThat(guard.tracked()).isEmpty();
  }

  @Test
  void whatIsRememberedIsBounded() throws Exception {
    settings.put("maxTracked", "1000");
    LoginGuard guard = guard();
    for (int i = 0; i < 3000; i++) {
      guard.failed(HOME, Optional.of("user" + i + "\n"));
    }
    assertThat(guard.tracked()).hasSize(1001);
    assertThat(guard.tracked()).noneMatch(one -> one.subject().contains("\n"));
    guard.failed(HOME, Optional.of("x".repeat(100_000)));
    assertThat(guard.tracked()).allMatch(one -> one.subject().length() <= 320);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lockTime=0", "lockTime=2d", "maxDelay=2m", "delay=20s", "maxTracked=1"})
  void limitsThatHelpNobodyAreRefused(String setting) {
    settings.put(setting.split("=")[0], setting.split("=")[1]);
    assertThatThrownBy(this::guard).isInstanceOf(InvalidSettingException.class);
  }
}
