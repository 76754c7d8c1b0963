package org.mansio.spi.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.Alias.Kind;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.LocalRecipients.Answer;
import org.mansio.spi.directory.SharedSecret;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;

/**
 * What every directory keeps to. Extend it, and give an empty directory with {@code +} as the subaddress delimiter, the
 * default domain {@code example.org}, and {@code postmaster@mail.example.org} as the server's postmaster at the host
 * {@code mail.example.org}.
 */
public abstract class DirectoryContract {
  private static final String SECRET = "Sesam, öffne dich";

  private Directory directory;
  private UserDirectory users;
  private AliasTable aliases;
  private LocalRecipients recipients;

  /** An empty directory, not yet open; the suite opens and closes it. */
  protected abstract Directory create() throws Exception;

  @BeforeEach
  void openDirectory() throws Exception {
    directory = create();
    directory.open();
    users = directory.users();
    aliases = directory.aliases();
    recipients = directory.recipients();
    users.addDomain("example.org");
    users.addUser(MailAddress.of("alice@example.org"), SECRET);
    users.addUser(MailAddress.of("bob@example.org"), SECRET);
  }

  @AfterEach
  void closeDirectory() {
    directory.close();
  }

  private static MailAddress address(String text) {
    return MailAddress.of(text);
  }

  private static Answer user(String text) {
    return new Answer.User(address(text), Optional.empty());
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DirectoryException.class, e -> assertThat(e.temporary()).isFalse());
  }

  private void add(Kind kind, String source, String target) {
    aliases.add(new Alias(kind, source, target));
  }

  private List<MailAddress> targets(String source) {
    return aliases.lookup(address(source)) instanceof AliasMatch.Targets found
        ? found.targets()
        : List.of();
  }

  private Answer recipient(String text) {
    return recipients.lookup(address(text));
  }

  // Domains and users

  @Test
  void domainsAreListedAndCompareWithoutCase() {
    users.addDomain("Example.NET");
    assertThat(users.domains()).containsExactly("example.net", "example.org");
    assertThat(users.isLocalDomain("example.net")).isTrue();
    assertThat(users.isLocalDomain("EXAMPLE.net")).isTrue();
    assertThat(users.isLocalDomain("sub.example.net")).isFalse();
  }

  @Test
  void aDomainWithUsersIsNotRemoved() {
    assertRefused(() -> users.removeDomain("example.org"));
    users.removeUser(address("alice@example.org"));
    users.removeUser(address("bob@example.org"));
    users.removeDomain("example.org");
    assertThat(users.domains()).isEmpty();
    assertThat(users.isLocalDomain("example.org")).isFalse();
  }

  @Test
  void aDomainWithAliasesIsNotRemoved() {
    users.addDomain("example.net");
    add(Kind.ADDRESS, "info@example.net", "alice@example.org");
    assertRefused(() -> users.removeDomain("example.net"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a..b", "exa mple.org", "-a.org", "a@b.org"})
  void whatIsNotADomainIsRefused(String domain) {
    assertRefused(() -> users.addDomain(domain));
  }

  @Test
  void whatIsNotThereCannotBeChangedOrRemoved() {
    assertRefused(() -> users.removeDomain("nowhere.example"));
    assertRefused(() -> users.removeUser(address("nobody@example.org")));
    assertRefused(() -> users.setPassword(address("nobody@example.org"), SECRET));
    assertRefused(() -> users.addUser(address("alice@nowhere.example"), SECRET));
  }

  @Test
  void usersAreFoundWithoutCaseAndOnlyOnce() {
    assertThat(users.findUser(address("ALICE@Example.org"))).contains(address("alice@example.org"));
    assertThat(users.findUser(address("nobody@example.org"))).isEmpty();
    assertRefused(() -> users.addUser(address("Alice@example.org"), SECRET));
    users.addUser(address("JÖRG@example.org"), SECRET);
    assertThat(users.findUser(address("jörg@example.org"))).isPresent();
  }

  @Test
  void aSecretIsSharedOnlyOfUsersForWhomItWasAsked() {
    assertThat(users.sharedSecret("alice@example.org")).isEmpty();
    assertThat(users.sharedSecret("nobody@example.org")).isEmpty();
    users.setPasswordAndSharedSecret(address("Alice@example.org"), "Zweites Wort");
    assertThat(users.sharedSecret("alice@example.org"))
        .contains(new SharedSecret(address("alice@example.org"), "Zweites Wort"));
    assertThat(users.sharedSecret("ALICE@example.org")).isPresent();
    assertThat(users.sharedSecret("bob@example.org")).isEmpty();
    assertThat(users.authenticate("alice@example.org", "Zweites Wort"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
    assertRefused(() -> users.setPasswordAndSharedSecret(address("nobody@example.org"), SECRET));
  }

  @Test
  void verifiersHaveTheIterationsThatUsersWhoDoNotExistSeemToHave() {
    assertThat(users.scram("alice@example.org", "SHA-256"))
        .hasValueSatisfying(
            verifier -> assertThat(verifier.iterations()).isEqualTo(users.scramIterations()));
  }

  @Test
  void aSharedSecretGoesWithItsPasswordAndItsUser() {
    users.setPasswordAndSharedSecret(address("alice@example.org"), "Zweites Wort");
    users.setPassword(address("alice@example.org"), "Drittes Wort");
    assertThat(users.sharedSecret("alice@example.org")).isEmpty();
    users.setPasswordAndSharedSecret(address("bob@example.org"), "Zweites Wort");
    users.removeUser(address("bob@example.org"));
    users.addUser(address("bob@example.org"), SECRET);
    assertThat(users.sharedSecret("bob@example.org")).isEmpty();
  }

  @Test
  void aLoginMeansAnAddressWhetherOrNotThereIsOne() {
    assertThat(users.addressOf("Nobody@Example.ORG")).contains(address("nobody@example.org"));
    assertThat(users.addressOf("a@b@c")).isEmpty();
  }

  @Test
  void usersAreListedByDomain() {
    users.addDomain("example.net");
    users.addUser(address("carol@example.net"), SECRET);
    assertThat(users.users(Optional.of("example.org")))
        .containsExactly(address("alice@example.org"), address("bob@example.org"));
    assertThat(users.users(Optional.empty()))
        .containsExactlyInAnyOrder(
            address("alice@example.org"), address("bob@example.org"), address("carol@example.net"));
  }

  @Test
  void aChangeCountsAtOnce() {
    assertThat(recipient("dave@example.org")).isEqualTo(new Answer.Unknown());
    users.addUser(address("dave@example.org"), SECRET);
    assertThat(recipient("dave@example.org")).isEqualTo(user("dave@example.org"));
    users.removeUser(address("dave@example.org"));
    assertThat(recipient("dave@example.org")).isEqualTo(new Answer.Unknown());
    assertThat(users.findUser(address("dave@example.org"))).isEmpty();
  }

  // Passwords

  @ParameterizedTest
  @ValueSource(strings = {"alice@example.org", "ALICE@EXAMPLE.ORG", "alice"})
  void theRightPasswordAuthenticates(String login) {
    AuthenticationResult alice =
        new AuthenticationResult.Authenticated(address("alice@example.org"));
    assertThat(users.authenticate(login, SECRET)).isEqualTo(alice);
    assertThat(users.authenticate(login, SECRET)).isEqualTo(alice);
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
  void anythingElseIsRejectedAlike(String login, String password) {
    assertThat(users.authenticate(login, password)).isEqualTo(new AuthenticationResult.Rejected());
  }

  @Test
  void oneTextIsOnePasswordHoweverItIsComposed() {
    users.setPassword(address("alice@example.org"), "Ångström");
    assertThat(users.authenticate("alice", "A\u030Angstro\u0308m"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
  }

  @Test
  void aChangedPasswordCountsAtOnceAndTheOldOneNoMore() {
    users.authenticate("alice", SECRET);
    users.setPassword(address("alice@example.org"), "new one");
    assertThat(users.authenticate("alice", SECRET)).isEqualTo(new AuthenticationResult.Rejected());
    assertThat(users.authenticate("alice", "new one"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
    assertThat(users.authenticate("bob", SECRET))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
  }

  @Test
  void aRemovedUserIsRejected() {
    users.authenticate("alice", SECRET);
    users.removeUser(address("alice@example.org"));
    assertThat(users.authenticate("alice", SECRET)).isEqualTo(new AuthenticationResult.Rejected());
    assertThat(users.scram("alice", "SHA-256")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "line\nbreak", "nul\u0000"})
  void aPasswordThatNobodyCanTypeIsRefused(String password) {
    assertRefused(() -> users.setPassword(address("alice@example.org"), password));
  }

  @ParameterizedTest
  @CsvSource({"SHA-1, 20", "SHA-256, 32", "SHA-512, 64"})
  void scramVerifiersChangeWithThePassword(String hash, int octets) {
    var before = users.scram("Alice@example.org", hash).orElseThrow();
    assertThat(before.user()).isEqualTo(address("alice@example.org"));
    assertThat(before.iterations()).isGreaterThanOrEqualTo(4096);
    assertThat(before.salt()).hasSizeGreaterThanOrEqualTo(12);
    assertThat(before.storedKey()).hasSize(octets);
    assertThat(before.serverKey()).hasSize(octets);
    users.setPassword(address("alice@example.org"), "new one");
    assertThat(users.scram("alice", hash).orElseThrow().storedKey())
        .isNotEqualTo(before.storedKey());
    assertThat(users.scram("nobody", hash)).isEmpty();
    assertThat(users.scram("alice", "MD5")).isEmpty();
  }

  // Recipients

  @Test
  void aUserIsARecipientWithOrWithoutSubaddress() {
    assertThat(recipient("alice@example.org")).isEqualTo(user("alice@example.org"));
    assertThat(recipient("ALICE@example.org")).isEqualTo(user("alice@example.org"));
    assertThat(recipient("Alice+Lists+java@example.org"))
        .isEqualTo(new Answer.User(address("alice@example.org"), Optional.of("Lists+java")));
    assertThat(recipient("nobody+x@example.org")).isEqualTo(new Answer.Unknown());
    assertThat(recipient("+x@example.org")).isEqualTo(new Answer.Unknown());
  }

  @Test
  void aUserWhoseNameHoldsTheDelimiterGoesBeforeASubaddress() {
    users.addUser(address("alice+work@example.org"), SECRET);
    assertThat(recipient("alice+work@example.org")).isEqualTo(user("alice+work@example.org"));
  }

  @Test
  void anotherDomainIsNotLocal() {
    assertThat(recipient("alice@example.com")).isEqualTo(new Answer.NotLocal());
    assertThat(recipient("alice@[192.0.2.1]")).isEqualTo(new Answer.NotLocal());
    assertThat(recipient("postmaster@example.com")).isEqualTo(new Answer.NotLocal());
  }

  @Test
  void postmasterOfALocalDomainIsAlwaysTaken() {
    assertThat(recipient("Postmaster@example.org")).isEqualTo(user("postmaster@example.org"));
    users.addDomain("mail.example.org");
    users.addUser(address("postmaster@mail.example.org"), SECRET);
    assertThat(recipient("postmaster@example.org")).isEqualTo(new Answer.Mapped());
    assertThat(targets("postmaster@example.org"))
        .containsExactly(address("postmaster@mail.example.org"));
    add(Kind.ADDRESS, "postmaster@example.org", "alice@example.org");
    assertThat(targets("postmaster@example.org")).containsExactly(address("alice@example.org"));
  }

  // Aliases

  @Test
  void anAddressIsAnotherNameAndTakesTheSubaddressAlong() {
    add(Kind.ADDRESS, "Sales@example.org", "alice@example.org");
    assertThat(recipient("sales@example.org")).isEqualTo(new Answer.Mapped());
    assertThat(targets("SALES@example.org")).containsExactly(address("alice@example.org"));
    assertThat(targets("sales+q3@example.org")).containsExactly(address("alice+q3@example.org"));
    assertThat(aliases.lookup(address("alice@example.org"))).isEqualTo(new AliasMatch.None());
  }

  @Test
  void aGroupHasAllItsMembers() {
    add(Kind.GROUP, "team@example.org", "alice@example.org");
    add(Kind.GROUP, "team@example.org", "someone@example.com");
    assertThat(aliases.lookup(address("team@example.org")))
        .isEqualTo(new AliasMatch.Targets(
            Kind.GROUP, List.of(address("alice@example.org"), address("someone@example.com"))));
    assertThat(targets("team+x@example.org")).hasSize(2);
    assertThat(recipient("team@example.org")).isEqualTo(new Answer.Mapped());
  }

  @Test
  void aForwardMayKeepACopy() {
    add(Kind.FORWARD, "alice@example.org", "alice@example.com");
    assertThat(targets("alice@example.org")).containsExactly(address("alice@example.com"));
    add(Kind.FORWARD, "alice@example.org", "alice@example.org");
    assertThat(targets("alice@example.org"))
        .containsExactlyInAnyOrder(address("alice@example.com"), address("alice@example.org"));
    assertThat(targets("alice+x@example.org"))
        .containsExactlyInAnyOrder(address("alice@example.com"), address("alice+x@example.org"));
    assertThat(recipient("alice@example.org")).isEqualTo(new Answer.Mapped());
    users.removeUser(address("alice@example.org"));
    assertThat(recipient("alice@example.org")).isEqualTo(new Answer.Unknown());
  }

  @Test
  void anErrorRefusesWithItsReply() {
    add(Kind.ERROR, "bob@example.org", "550 5.1.6 moved to example.com");
    assertThat(aliases.lookup(address("bob@example.org")))
        .isEqualTo(new AliasMatch.Rejected("550 5.1.6 moved to example.com"));
    assertThat(recipient("bob+x@example.org"))
        .isEqualTo(new Answer.Rejected("550 5.1.6 moved to example.com"));
    assertThat(recipient("BOB@example.org"))
        .isEqualTo(new Answer.Rejected("550 5.1.6 moved to example.com"));
  }

  @Test
  void aDomainAliasIsLocalAndKnowsTheUsersOfItsTarget() {
    add(Kind.DOMAIN, "@example.net", "example.org");
    assertThat(users.isLocalDomain("example.net")).isTrue();
    assertThat(recipient("alice@example.net")).isEqualTo(new Answer.Mapped());
    assertThat(targets("Alice+x@example.net")).containsExactly(address("Alice+x@example.org"));
    assertThat(recipient("nobody@example.net")).isEqualTo(new Answer.Unknown());
    assertThat(users.domains()).containsExactly("example.org");
    assertRefused(() -> users.addDomain("example.net"));
  }

  @Test
  void aPatternAppliesToLocalDomainsOnly() {
    add(Kind.REGEX, "(\\w+)-owner@(.*)", "$1@$2");
    assertThat(targets("Alice-OWNER@example.org")).containsExactly(address("alice@example.org"));
    assertThat(recipient("alice-owner@example.org")).isEqualTo(new Answer.Mapped());
    assertThat(recipient("nobody-owner@example.org")).isEqualTo(new Answer.Unknown());
    assertThat(recipient("alice-owner@example.com")).isEqualTo(new Answer.NotLocal());
    assertThat(aliases.lookup(address("alice-owner@example.com"))).isEqualTo(new AliasMatch.None());
  }

  @Test
  void aCatchAllTakesWhatNobodyElseTakes() {
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
  void anAliasOfSomebodyWhoIsNotThereIsUnknown() {
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    users.removeUser(address("alice@example.org"));
    assertThat(recipient("sales@example.org")).isEqualTo(new Answer.Unknown());
  }

  @Test
  void linesAreListedByTextAndRemovedOnce() {
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    add(Kind.CATCH_ALL, "@example.org", "bob@example.org");
    assertThat(aliases.list("")).hasSize(2);
    assertThat(aliases.list("Sales"))
        .containsExactly(new Alias(Kind.ADDRESS, "sales@example.org", "alice@example.org"));
    assertThat(aliases.list("bob@")).hasSize(1);
    aliases.remove(new Alias(Kind.ADDRESS, "SALES@example.org", "alice@example.org"));
    assertThat(recipient("sales@example.org")).isEqualTo(new Answer.Mapped());
    assertThat(targets("sales@example.org")).containsExactly(address("bob@example.org"));
    assertRefused(
        () -> aliases.remove(new Alias(Kind.ADDRESS, "sales@example.org", "alice@example.org")));
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
  void aLineThatIsNotWellFormedIsRefused(Kind kind, String source, String target) {
    assertRefused(() -> add(kind, source, target));
    assertThat(aliases.list("")).isEmpty();
  }

  @Test
  void aLineStandsOnce() {
    add(Kind.GROUP, "team@example.org", "alice@example.org");
    assertRefused(() -> add(Kind.GROUP, "Team@example.org", "alice@example.org"));
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    assertRefused(() -> add(Kind.ADDRESS, "sales@example.org", "bob@example.org"));
  }

  @Test
  void aLoopIsRefusedAndLeavesTheTableAsItWas() {
    add(Kind.ADDRESS, "a@example.org", "b@example.org");
    add(Kind.GROUP, "b@example.org", "c@example.org");
    assertRefused(() -> add(Kind.ADDRESS, "c@example.org", "a@example.org"));
    assertRefused(() -> add(Kind.ADDRESS, "d@example.org", "D@example.org"));
    assertRefused(() -> add(Kind.CATCH_ALL, "@example.org", "nobody@example.org"));
    assertRefused(() -> add(Kind.REGEX, "(.*)@example\\.org", "x$1@example.org"));
    assertThat(aliases.list("")).hasSize(2);
  }

  @Test
  void aLoopOverDomainsIsRefused() {
    add(Kind.DOMAIN, "@example.net", "example.com");
    assertRefused(() -> add(Kind.DOMAIN, "@example.com", "example.net"));
    assertRefused(() -> add(Kind.DOMAIN, "@example.info", "example.info"));
    add(Kind.CATCH_ALL, "@example.org", "x@example.net");
    assertRefused(() -> add(Kind.DOMAIN, "@example.com", "example.org"));
  }

  @Test
  void forwardsThatKeepACopyMayNotPointAtEachOther() {
    add(Kind.FORWARD, "alice@example.org", "alice@example.org");
    add(Kind.FORWARD, "alice@example.org", "bob@example.org");
    assertRefused(() -> add(Kind.FORWARD, "bob@example.org", "alice@example.org"));
  }

  @Test
  void whatIsStoredIsThereAfterReopening() {
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    directory.close();
    assertThatThrownBy(() -> users.domains())
        .isInstanceOfSatisfying(
            DirectoryException.class, e -> assertThat(e.temporary()).isTrue());
    directory.open();
    assertThat(users.domains()).containsExactly("example.org");
    assertThat(users.authenticate("alice", SECRET))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
    assertThat(targets("sales@example.org")).containsExactly(address("alice@example.org"));
  }
}
