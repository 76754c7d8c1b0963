package org.mansio.spi.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.address;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.assertRefused;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.user;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.directory.Alias.Kind;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.LocalRecipients.Answer;

/** What each kind of alias makes of an address. */
interface AliasContract extends DirectoryFixture {
  @Test
  default void anAddressIsAnotherNameAndTakesTheSubaddressAlong() {
    add(Kind.ADDRESS, "Sales@example.org", "alice@example.org");
    assertThat(recipient("sales@example.org")).isEqualTo(new Answer.Mapped());
    assertThat(targets("SALES@example.org")).containsExactly(address("alice@example.org"));
    assertThat(targets("sales+q3@example.org")).containsExactly(address("alice+q3@example.org"));
    assertThat(aliases().lookup(address("alice@example.org"))).isEqualTo(new AliasMatch.None());
  }

  @Test
  default void aGroupHasAllItsMembers() {
    add(Kind.GROUP, "team@example.org", "alice@example.org");
    add(Kind.GROUP, "team@example.org", "someone@example.com");
    assertThat(aliases().lookup(address("team@example.org")))
        .isEqualTo(new AliasMatch.Targets(
            Kind.GROUP, List.of(address("alice@example.org"), address("someone@example.com"))));
    assertThat(targets("team+x@example.org")).hasSize(2);
    assertThat(recipient("team@example.org")).isEqualTo(new Answer.Mapped());
  }

  @Test
  default void aForwardMayKeepACopy() {
    add(Kind.FORWARD, "alice@example.org", "alice@example.com");
    assertThat(targets("alice@example.org")).containsExactly(address("alice@example.com"));
    add(Kind.FORWARD, "alice@example.org", "alice@example.org");
    assertThat(targets("alice@example.org"))
        .containsExactlyInAnyOrder(address("alice@example.com"), address("alice@example.org"));
    assertThat(targets("alice+x@example.org"))
        .containsExactlyInAnyOrder(address("alice@example.com"), address("alice+x@example.org"));
    assertThat(recipient("alice@example.org")).isEqualTo(new Answer.Mapped());
    users().removeUser(address("alice@example.org"));
    assertThat(recipient("alice@example.org")).isEqualTo(new Answer.Unknown());
  }

  @Test
  default void anAddressThatIsTooLongInTheOtherDomainIsRefused() {
    String other = ("d".repeat(60) + ".").repeat(3) + "example";
    users().addDomain(other);
    add(Kind.DOMAIN, "@old.example", other);

    assertThat(targets("x@old.example")).containsExactly(address("x@" + other));
    assertThat(aliases().lookup(address("x".repeat(64) + "@old.example")))
        .isInstanceOf(AliasMatch.Rejected.class);
  }

  @Test
  default void anErrorRefusesWithItsReply() {
    add(Kind.ERROR, "bob@example.org", "550 5.1.6 moved to example.com");
    assertThat(aliases().lookup(address("bob@example.org")))
        .isEqualTo(new AliasMatch.Rejected("550 5.1.6 moved to example.com"));
    assertThat(recipient("bob+x@example.org"))
        .isEqualTo(new Answer.Rejected("550 5.1.6 moved to example.com"));
    assertThat(recipient("BOB@example.org"))
        .isEqualTo(new Answer.Rejected("550 5.1.6 moved to example.com"));
  }

  @Test
  default void aDomainAliasIsLocalAndKnowsTheUsersOfItsTarget() {
    add(Kind.DOMAIN, "@example.net", "example.org");
    assertThat(users().isLocalDomain("example.net")).isTrue();
    assertThat(recipient("alice@example.net")).isEqualTo(new Answer.Mapped());
    assertThat(targets("Alice+x@example.net")).containsExactly(address("Alice+x@example.org"));
    assertThat(recipient("nobody@example.net")).isEqualTo(new Answer.Unknown());
    assertThat(users().domains()).containsExactly("example.org");
    assertRefused(() -> users().addDomain("example.net"));
  }

  @Test
  default void aPatternAppliesToLocalDomainsOnly() {
    add(Kind.REGEX, "(\\w+)-owner@(.*)", "$1@$2");
    assertThat(targets("Alice-OWNER@example.org")).containsExactly(address("alice@example.org"));
    assertThat(recipient("alice-owner@example.org")).isEqualTo(new Answer.Mapped());
    assertThat(recipient("nobody-owner@example.org")).isEqualTo(new Answer.Unknown());
    assertThat(recipient("alice-owner@example.com")).isEqualTo(new Answer.NotLocal());
    assertThat(aliases().lookup(address("alice-owner@example.com")))
        .isEqualTo(new AliasMatch.None());
  }

  @Test
  default void aCatchAllTakesWhatNobodyElseTakes() {
    add(Kind.CATCH_ALL, "@example.org", "bob@example.org");
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    assertThat(targets("anything@example.org")).containsExactly(address("bob@example.org"));
    assertThat(recipient("anything@example.org")).isEqualTo(new Answer.Mapped());
    assertThat(targets("sales@example.org")).containsExactly(address("alice@example.org"));
    assertThat(recipient("alice+x@example.org"))
        .isEqualTo(new Answer.User(address("alice@example.org"), Optional.of("x")));
    assertThat(recipient("bob@example.org")).isEqualTo(user("bob@example.org"));
  }

  @Test
  default void anAliasOfSomebodyWhoIsNotThereIsUnknown() {
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    users().removeUser(address("alice@example.org"));
    assertThat(recipient("sales@example.org")).isEqualTo(new Answer.Unknown());
  }
}
