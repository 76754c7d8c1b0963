package org.mansio.spi.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.address;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.assertRefused;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.user;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.directory.Alias.Kind;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.directory.LocalRecipients.Answer;
import org.mansio.spi.directory.SharedSecret;

/** Domains and the users in them: found without case, changed at once, and who is not there cannot be changed. */
interface UserContract extends DirectoryFixture {
  @Test
  default void domainsAreListedAndCompareWithoutCase() {
    users().addDomain("Example.NET");
    assertThat(users().domains()).containsExactly("example.net", "example.org");
    assertThat(users().isLocalDomain("example.net")).isTrue();
    assertThat(users().isLocalDomain("EXAMPLE.net")).isTrue();
    assertThat(users().isLocalDomain("sub.example.net")).isFalse();
  }

  @Test
  default void aDomainWithUsersIsNotRemoved() {
    assertRefused(() -> users().removeDomain("example.org"));
    users().removeUser(address("alice@example.org"));
    users().removeUser(address("bob@example.org"));
    users().removeDomain("example.org");
    assertThat(users().domains()).isEmpty();
    assertThat(users().isLocalDomain("example.org")).isFalse();
  }

  @Test
  default void aDomainWithAliasesIsNotRemoved() {
    users().addDomain("example.net");
    add(Kind.ADDRESS, "info@example.net", "alice@example.org");
    assertRefused(() -> users().removeDomain("example.net"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a..b", "exa mple.org", "-a.org", "a@b.org"})
  default void whatIsNotADomainIsRefused(String domain) {
    assertRefused(() -> users().addDomain(domain));
  }

  @Test
  default void whatIsNotThereCannotBeChangedOrRemoved() {
    assertRefused(() -> users().removeDomain("nowhere.example"));
    assertRefused(() -> users().removeUser(address("nobody@example.org")));
    assertRefused(() -> users().setPassword(address("nobody@example.org"), SECRET));
    assertRefused(() -> users().addUser(address("alice@nowhere.example"), SECRET));
  }

  @Test
  default void usersAreFoundWithoutCaseAndOnlyOnce() {
    assertThat(users().findUser(address("ALICE@Example.org")))
        .contains(address("alice@example.org"));
    assertThat(users().findUser(address("nobody@example.org"))).isEmpty();
    assertRefused(() -> users().addUser(address("Alice@example.org"), SECRET));
    users().addUser(address("JÖRG@example.org"), SECRET);
    assertThat(users().findUser(address("jörg@example.org"))).isPresent();
  }

  @Test
  default void aSecretIsSharedOnlyOfUsersForWhomItWasAsked() {
    assertThat(users().sharedSecret("alice@example.org")).isEmpty();
    assertThat(users().sharedSecret("nobody@example.org")).isEmpty();
    users().setPasswordAndSharedSecret(address("Alice@example.org"), "Zweites Wort");
    assertThat(users().sharedSecret("alice@example.org"))
        .contains(new SharedSecret(address("alice@example.org"), "Zweites Wort"));
    assertThat(users().sharedSecret("ALICE@example.org")).isPresent();
    assertThat(users().sharedSecret("bob@example.org")).isEmpty();
    assertThat(users().authenticate("alice@example.org", "Zweites Wort"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
    assertRefused(() -> users().setPasswordAndSharedSecret(address("nobody@example.org"), SECRET));
  }

  @Test
  default void verifiersHaveTheIterationsThatUsersWhoDoNotExistSeemToHave() {
    assertThat(users().scram("alice@example.org", "SHA-256"))
        .hasValueSatisfying(
            verifier -> assertThat(verifier.iterations()).isEqualTo(users().scramIterations()));
  }

  @Test
  default void aSharedSecretGoesWithItsPasswordAndItsUser() {
    users().setPasswordAndSharedSecret(address("alice@example.org"), "Zweites Wort");
    users().setPassword(address("alice@example.org"), "Drittes Wort");
    assertThat(users().sharedSecret("alice@example.org")).isEmpty();
    users().setPasswordAndSharedSecret(address("bob@example.org"), "Zweites Wort");
    users().removeUser(address("bob@example.org"));
    users().addUser(address("bob@example.org"), SECRET);
    assertThat(users().sharedSecret("bob@example.org")).isEmpty();
  }

  @Test
  default void aLoginMeansAnAddressWhetherOrNotThereIsOne() {
    assertThat(users().addressOf("Nobody@Example.ORG")).contains(address("nobody@example.org"));
    assertThat(users().addressOf("a@b@c")).isEmpty();
  }

  @Test
  default void usersAreListedByDomain() {
    users().addDomain("example.net");
    users().addUser(address("carol@example.net"), SECRET);
    assertThat(users().users(Optional.of("example.org")))
        .containsExactly(address("alice@example.org"), address("bob@example.org"));
    assertThat(users().users(Optional.empty()))
        .containsExactlyInAnyOrder(
            address("alice@example.org"), address("bob@example.org"), address("carol@example.net"));
  }

  @Test
  default void aChangeCountsAtOnce() {
    assertThat(recipient("dave@example.org")).isEqualTo(new Answer.Unknown());
    users().addUser(address("dave@example.org"), SECRET);
    assertThat(recipient("dave@example.org")).isEqualTo(user("dave@example.org"));
    users().removeUser(address("dave@example.org"));
    assertThat(recipient("dave@example.org")).isEqualTo(new Answer.Unknown());
    assertThat(users().findUser(address("dave@example.org"))).isEmpty();
  }
}
