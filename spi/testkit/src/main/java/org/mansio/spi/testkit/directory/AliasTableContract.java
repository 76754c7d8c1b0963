package org.mansio.spi.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.address;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.assertRefused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.Alias.Kind;
import org.mansio.spi.directory.LocalRecipients.Answer;

/** Which lines an alias table takes: well-formed ones, each once, that lead to no loop. */
interface AliasTableContract extends DirectoryFixture {
  @Test
  default void linesAreListedByTextAndRemovedOnce() {
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    add(Kind.CATCH_ALL, "@example.org", "bob@example.org");
    assertThat(aliases().list("")).hasSize(2);
    assertThat(aliases().list("Sales"))
        .containsExactly(new Alias(Kind.ADDRESS, "sales@example.org", "alice@example.org"));
    assertThat(aliases().list("bob@")).hasSize(1);
    aliases().remove(new Alias(Kind.ADDRESS, "SALES@example.org", "alice@example.org"));
    assertThat(recipient("sales@example.org")).isEqualTo(new Answer.Mapped());
    assertThat(targets("sales@example.org")).containsExactly(address("bob@example.org"));
    assertRefused(
        () -> aliases().remove(new Alias(Kind.ADDRESS, "sales@example.org", "alice@example.org")));
  }

  @ParameterizedTest
  @CsvSource({
    "ADDRESS, sales, alice@example.org",
    "ADDRESS, sales@example.org, alice",
    "ADDRESS, sales@example.com, alice@example.org",
    "ADDRESS, alice@example.org, bob@example.org",
    "GROUP, @example.org, alice@example.org",
    "FORWARD, nobody@example.org, nobody@example.org",
    "ERROR, x@example.org, no such user",
    "ERROR, x@example.org, 250 2.1.5 fine",
    "ERROR, x@example.org, 550 4.1.1 mixed",
    "DOMAIN, @example.net, exa mple.org",
    "DOMAIN, @example.org, example.com",
    "REGEX, (.*@example.org, $1@example.com",
    "REGEX, (.*)@example\\.org, $2@example.com",
    "REGEX, (.*)@example\\.org, nowhere",
    "CATCH_ALL, @example.com, alice@example.org",
    "CATCH_ALL, x@y@example.org, alice@example.org"
  })
  default void aLineThatIsNotWellFormedIsRefused(Kind kind, String source, String target) {
    assertRefused(() -> add(kind, source, target));
    assertThat(aliases().list("")).isEmpty();
  }

  @Test
  default void aLineStandsOnce() {
    add(Kind.GROUP, "team@example.org", "alice@example.org");
    assertRefused(() -> add(Kind.GROUP, "Team@example.org", "alice@example.org"));
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    assertRefused(() -> add(Kind.ADDRESS, "sales@example.org", "bob@example.org"));
  }

  @Test
  default void anAddressHasLinesOfOneKind() {
    add(Kind.GROUP, "team@example.org", "alice@example.org");
    assertRefused(() -> add(Kind.ADDRESS, "Team@example.org", "bob@example.org"));
    assertRefused(() -> add(Kind.FORWARD, "team@example.org", "bob@example.com"));
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    assertRefused(() -> add(Kind.GROUP, "sales@example.org", "bob@example.org"));
  }

  @Test
  default void aGroupHidesNoUser() {
    assertRefused(() -> add(Kind.GROUP, "alice@example.org", "bob@example.com"));
  }

  @Test
  default void whatIsTooLongInLowerCaseIsRefused() {
    // Two octets each, three in lower case: 96 where 64 are allowed.
    String local = "\u023A".repeat(32);
    assertRefused(() -> add(Kind.GROUP, local + "@example.org", "bob@example.com"));
  }

  @Test
  default void aLoopIsRefusedAndLeavesTheTableAsItWas() {
    add(Kind.ADDRESS, "a@example.org", "b@example.org");
    add(Kind.GROUP, "b@example.org", "c@example.org");
    assertRefused(() -> add(Kind.ADDRESS, "c@example.org", "a@example.org"));
    assertRefused(() -> add(Kind.ADDRESS, "d@example.org", "D@example.org"));
    assertRefused(() -> add(Kind.CATCH_ALL, "@example.org", "nobody@example.org"));
    assertRefused(() -> add(Kind.REGEX, "(.*)@example\\.org", "x$1@example.org"));
    assertThat(aliases().list("")).hasSize(2);
  }

  @Test
  default void aLoopOverDomainsIsRefused() {
    add(Kind.DOMAIN, "@example.net", "example.com");
    assertRefused(() -> add(Kind.DOMAIN, "@example.com", "example.net"));
    assertRefused(() -> add(Kind.DOMAIN, "@example.info", "example.info"));
    add(Kind.CATCH_ALL, "@example.org", "x@example.net");
    assertRefused(() -> add(Kind.DOMAIN, "@example.com", "example.org"));
  }

  @Test
  default void forwardsThatKeepACopyMayNotPointAtEachOther() {
    add(Kind.FORWARD, "alice@example.org", "alice@example.org");
    add(Kind.FORWARD, "alice@example.org", "bob@example.org");
    assertRefused(() -> add(Kind.FORWARD, "bob@example.org", "alice@example.org"));
  }
}
