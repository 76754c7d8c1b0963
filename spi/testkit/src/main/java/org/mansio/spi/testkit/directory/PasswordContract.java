package org.mansio.spi.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.address;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.assertRefused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.directory.AuthenticationResult;

/** How a user proves to be one: by a password, however its text is composed, or with a SCRAM verifier (RFC 5802). */
interface PasswordContract extends DirectoryFixture {
  @ParameterizedTest
  @ValueSource(strings = {"alice@example.org", "ALICE@EXAMPLE.ORG", "alice"})
  default void theRightPasswordAuthenticates(String login) {
    AuthenticationResult alice =
        new AuthenticationResult.Authenticated(address("alice@example.org"));
    assertThat(users().authenticate(login, SECRET)).isEqualTo(alice);
    assertThat(users().authenticate(login, SECRET)).isEqualTo(alice);
  }

  @ParameterizedTest
  @CsvSource({
    "alice@example.org, wrong",
    "alice@example.org, ''",
    "nobody@example.org, 'Sesam, öffne dich'",
    "alice@nowhere.example, 'Sesam, öffne dich'",
    "not an address, x",
    "'', ''",
    "@, x"
  })
  default void anythingElseIsRejectedAlike(String login, String password) {
    assertThat(users().authenticate(login, password))
        .isEqualTo(new AuthenticationResult.Rejected());
  }

  @Test
  default void oneTextIsOnePasswordHoweverItIsComposed() {
    users().setPassword(address("alice@example.org"), "Ångström");
    assertThat(users().authenticate("alice", "A\u030Angstro\u0308m"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
  }

  @Test
  default void aChangedPasswordCountsAtOnceAndTheOldOneNoMore() {
    users().authenticate("alice", SECRET);
    users().setPassword(address("alice@example.org"), "new one");
    assertThat(users().authenticate("alice", SECRET))
        .isEqualTo(new AuthenticationResult.Rejected());
    assertThat(users().authenticate("alice", "new one"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
    assertThat(users().authenticate("bob", SECRET))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
  }

  @Test
  default void aRemovedUserIsRejected() {
    users().authenticate("alice", SECRET);
    users().removeUser(address("alice@example.org"));
    assertThat(users().authenticate("alice", SECRET))
        .isEqualTo(new AuthenticationResult.Rejected());
    assertThat(users().scram("alice", "SHA-256")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "line\nbreak", "nul\u0000"})
  default void aPasswordThatNobodyCanTypeIsRefused(String password) {
    assertRefused(() -> users().setPassword(address("alice@example.org"), password));
  }

  @ParameterizedTest
  @CsvSource({"SHA-1, 20", "SHA-256, 32", "SHA-512, 64"})
  default void scramVerifiersChangeWithThePassword(String hash, int octets) {
    var before = users().scram("Alice@example.org", hash).orElseThrow();
    assertThat(before.user()).isEqualTo(address("alice@example.org"));
    assertThat(before.iterations()).isGreaterThanOrEqualTo(4096);
    assertThat(before.salt()).hasSizeGreaterThanOrEqualTo(12);
    assertThat(before.storedKey()).hasSize(octets);
    assertThat(before.serverKey()).hasSize(octets);
    users().setPassword(address("alice@example.org"), "new one");
    assertThat(users().scram("alice", hash).orElseThrow().storedKey())
        .isNotEqualTo(before.storedKey());
    assertThat(users().scram("nobody", hash)).isEmpty();
    assertThat(users().scram("alice", "MD5")).isEmpty();
  }
}
