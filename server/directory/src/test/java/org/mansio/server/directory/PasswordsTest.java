package org.mansio.server.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.settings.InvalidSettingException;

class PasswordsTest {
  // Of the reference implementation's tests: argon2id, version 19, t=2, m=2^16, p=1.
  private static final String REFERENCE =
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

  private static PreparedPassword prepared(String text) {
    return PreparedPassword.of(text).orElseThrow();
  }

  @Test
  void aHashOfTheReferenceImplementationMatches() {
    assertThat(Argon2id.matches(REFERENCE, prepared("password"))).isTrue();
    assertThat(Argon2id.matches(REFERENCE, prepared("Password"))).isFalse();
  }

  @Test
  void aHashIsAPhcStringWithASaltOfItsOwn() throws Exception {
    Argon2id argon2 = Argon2id.of(64 << 10, 1, 1);
    String hash = argon2.hash(prepared("secret"));
    assertThat(hash).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
    assertThat(argon2.hash(prepared("secret"))).isNotEqualTo(hash);
    assertThat(Argon2id.matches(hash, prepared("secret"))).isTrue();
    assertThat(argon2.made(hash)).isTrue();
    assertThat(argon2.made(REFERENCE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "$2b$12$abcdefghijklmnopqrstuv",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
      })
  void anotherTextIsNoHash(String text) {
    assertThatThrownBy(() -> Argon2id.matches(text, prepared("password")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void memoryThatIsTooLittleOrTooMuchIsRefused() {
    assertThatThrownBy(() -> Argon2id.of(8 << 10, 1, 2))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> Argon2id.of(2L << 30, 1, 1))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void manyChecksAtOnceAllEndWithTheRightAnswer() throws Exception {
    Passwords passwords = new Passwords(Argon2id.of(64 << 10, 1, 1), 1, Duration.ZERO);
    Optional<String> hash = Optional.of(passwords.hash(prepared("right")));
    List<Callable<Boolean>> checks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String password = i % 2 == 0 ? "right" : "wrong";
      checks.add(() -> passwords.check(hash, prepared(password)));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> results = threads.invokeAll(checks);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(i % 2 == 0);
      }
    }
  }

  @Test
  void nobodysPasswordIsNeverRight() throws Exception {
    Passwords passwords = new Passwords(Argon2id.of(64 << 10, 1, 1), 1, Duration.ofMinutes(5));
    assertThat(passwords.check(Optional.empty(), prepared("x"))).isFalse();
    assertThat(passwords.check(Optional.empty(), prepared("x"))).isFalse();
  }

  @Test
  void aRememberedPasswordIsBoundToItsHash() throws Exception {
    Passwords passwords = new Passwords(Argon2id.of(64 << 10, 1, 1), 1, Duration.ofMinutes(5));
    String first = passwords.hash(prepared("one"));
    assertThat(passwords.check(Optional.of(first), prepared("one"))).isTrue();
    assertThat(passwords.check(Optional.of(first), prepared("one"))).isTrue();
    assertThat(passwords.check(Optional.of(first), prepared("two"))).isFalse();
    assertThat(passwords.check(Optional.of(passwords.hash(prepared("two"))), prepared("one")))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'I\u00ADX', IX",
    "user, user",
    "USER, USER",
    "'\u00AA', a",
    "'\u2168', IX",
    "'a\u00A0b', 'a b'",
    "'a\u3000b', 'a b'"
  })
  void passwordsArePreparedAsSaslprepSays(String typed, String expected) {
    // The examples of RFC 4013 §3, and spaces.
    assertThat(prepared(typed).text()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0007", "\u00AD", "a\u202Eb", "\uE000", "\uD800"})
  void whatSaslprepProhibitsIsNoPassword(String typed) {
    assertThat(PreparedPassword.of(typed)).isEmpty();
    assertThat(PreparedPassword.of("x".repeat(PreparedPassword.MAX_OCTETS + 1))).isEmpty();
  }

  @Test
  void aSecretIsNotPrinted() throws Exception {
    assertThat(prepared("secret").toString()).doesNotContain("secret");
    assertThat(new DatabaseUrl.PostgreSql(
            "jdbc:postgresql://h/d?password=pw", Optional.of("u"), Optional.of("pw")))
        .hasToString("jdbc:postgresql://h/d");
  }

  // The exchanges that RFC 5802 §5 and RFC 7677 §3 print: the server's signature proves the
  // verifier.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SHA_1|QSXCR+Q6sek8bf92|n=user,r=fyko+d2lbbFgONRv9qkxdawL,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
            + "s=QSXCR+Q6sek8bf92,i=4096,c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j|rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        "SHA_256|W22ZaJ0SNY7soEsUEjb6gQ==|n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
            + "|6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
      })
  void scramVerifiersGiveTheSignaturesOfTheRfcs(
      ScramHash hash, String salt, String exchange, String signature) throws Exception {
    ScramVerifiers.Verifier verifier =
        ScramVerifiers.make(hash, prepared("pencil"), Base64.getDecoder().decode(salt), 4096);
    Mac mac = Mac.getInstance(hash.mac());
    mac.init(new SecretKeySpec(verifier.serverKey(), hash.mac()));
    byte[] actual = mac.doFinal(exchange.getBytes(StandardCharsets.US_ASCII));
    assertThat(Base64.getEncoder().encodeToString(actual)).isEqualTo(signature);
  }
}
