package org.mansio.mailets.standard.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.directory.Alias.Kind;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.Recipient.Notify;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.MemoryDirectory;

class RecipientRewriteTableTest {
  private static final String RRT = "RecipientRewriteTable";

  private final Chain chain = new Chain();
  private final MemoryDirectory directory =
      chain.services.directory.with("alice@example.org", "bob@example.org", "carol@example.org");

  private static FakeMail mail(String... recipients) {
    return FakeMail.from("sender@example.com").to(recipients);
  }

  private List<String> rewritten(String... recipients) throws Exception {
    FakeMail mail = mail(recipients);
    assertThat(chain.run(mail, RRT)).isEqualTo(Outcome.next());
    assertThat(mail.sent()).isEmpty();
    return mail.addresses();
  }

  private static Recipient recipient(String address, Notify... conditions) {
    return new Recipient(
        MailAddress.of(address), Set.of(conditions), Optional.empty(), Optional.empty());
  }

  @Test
  void whatIsNoAliasStays() throws Exception {
    assertThat(rewritten("alice@example.org", "nobody@example.org", "x@elsewhere.net"))
        .containsExactly("alice@example.org", "nobody@example.org", "x@elsewhere.net");
  }

  @Test
  void anAliasOfAnAliasIsFollowedToItsEnd() throws Exception {
    directory.alias(Kind.ADDRESS, "info@example.org", "office@example.org");
    directory.alias(Kind.ADDRESS, "office@example.org", "alice@example.org");
    assertThat(rewritten("info@example.org")).containsExactly("alice@example.org");
  }

  @Test
  void groupsExpandAndNobodyGetsItTwice() throws Exception {
    directory.alias(Kind.GROUP, "all@example.org", "alice@example.org");
    directory.alias(Kind.GROUP, "all@example.org", "Bob@example.org");
    directory.alias(Kind.GROUP, "all@example.org", "far@elsewhere.net");
    assertThat(rewritten("all@example.org", "bob@example.org"))
        .containsExactly("alice@example.org", "Bob@example.org", "far@elsewhere.net");
  }

  @Test
  void aForwardKeepsACopyWhereItNamesItself() throws Exception {
    directory.alias(Kind.FORWARD, "bob@example.org", "bob@example.org");
    directory.alias(Kind.FORWARD, "bob@example.org", "bob@elsewhere.net");
    assertThat(rewritten("bob@example.org"))
        .containsExactly("bob@example.org", "bob@elsewhere.net");
  }

  @Test
  void aDomainIsAnotherOne() throws Exception {
    directory.alias(Kind.DOMAIN, "@example.net", "example.org");
    assertThat(rewritten("alice+x@example.net")).containsExactly("alice+x@example.org");
  }

  @Test
  void aCatchAllTakesOnlyWhatNoUserHas() throws Exception {
    directory.alias(Kind.CATCH_ALL, "@example.org", "alice@example.org");
    assertThat(rewritten("nobody@example.org")).containsExactly("alice@example.org");
    assertThat(rewritten("bob@example.org", "carol+x@example.org"))
        .containsExactly("bob@example.org", "carol+x@example.org");
  }

  @Test
  void anotherNameOfAMailboxKeepsTheDetail() throws Exception {
    directory.alias(Kind.ADDRESS, "info@example.org", "alice@example.org");
    assertThat(rewritten("info+tickets@example.org")).containsExactly("alice+tickets@example.org");
  }

  @Test
  void aForwardElsewhereLosesTheDetailAndTheCopyKeepsIt() throws Exception {
    directory.alias(Kind.FORWARD, "bob@example.org", "bob@example.org");
    directory.alias(Kind.FORWARD, "bob@example.org", "bob@elsewhere.net");
    assertThat(rewritten("bob+x@example.org"))
        .containsExactly("bob+x@example.org", "bob@elsewhere.net");
  }

  @Test
  void aRefusedRecipientGoesToTheErrorProcessorAndTheOthersGoOn() throws Exception {
    directory.alias(Kind.ERROR, "gone@example.org", "550 5.1.6 moved away");
    FakeMail mail = mail("gone@example.org", "alice@example.org");
    assertThat(chain.run(mail, RRT, Map.of("errorProcessor", "bounces"))).isEqualTo(Outcome.next());
    assertThat(mail.addresses()).containsExactly("alice@example.org");
    SpooledMail failed = mail.sent().getFirst();
    assertThat(failed.processor()).isEqualTo("bounces");
    assertThat(failed.envelope().sender()).isEqualTo(mail.sender());
    Recipient gone = failed.envelope().recipients().getFirst();
    assertThat(gone.status().orElseThrow().status()).hasToString("5.1.6");
    assertThat(gone.status().orElseThrow().diagnostic()).isEqualTo("550 5.1.6 moved away");
  }

  @Test
  void aRecipientRefusedForNowWaitsAndTheOthersGoOn() throws Exception {
    directory.alias(Kind.GROUP, "all@example.org", "alice@example.org");
    directory.alias(Kind.GROUP, "all@example.org", "moving@example.org");
    directory.alias(Kind.ERROR, "moving@example.org", "450 4.2.0 being moved");
    FakeMail mail = mail("all@example.org").in("transport");

    assertThat(chain.run(mail, RRT)).isEqualTo(Outcome.next());
    assertThat(mail.addresses()).containsExactly("alice@example.org");
    assertThat(mail.sent()).singleElement().satisfies(waiting -> {
      assertThat(waiting.processor()).isEqualTo("transport");
      assertThat(waiting.arrival()).isEqualTo(mail.arrival());
      assertThat(waiting.envelope().recipients()).singleElement().satisfies(recipient -> {
        assertThat(recipient.address()).hasToString("moving@example.org");
        assertThat(recipient.originalRecipient()).contains("rfc822;all@example.org");
        assertThat(recipient.status()).isEmpty();
      });
    });
  }

  @Test
  void aMailOfRecipientsRefusedForNowWaits() {
    directory.alias(Kind.ERROR, "moving@example.org", "450 4.2.0 being moved");

    assertThatThrownBy(() -> chain.run(mail("moving@example.org"), RRT))
        .isInstanceOf(TemporaryFailure.class)
        .hasMessageContaining("450 4.2.0 being moved");
  }

  @Test
  void aMailOfRefusedRecipientsGoesToTheErrorProcessorAsAWhole() throws Exception {
    directory.alias(Kind.ADDRESS, "info@example.org", "gone@example.org");
    directory.alias(Kind.ERROR, "gone@example.org", "550 no more");
    FakeMail mail = mail("info@example.org");
    assertThat(chain.run(mail, RRT)).isEqualTo(Outcome.toProcessor("error"));
    assertThat(mail.sent()).isEmpty();
    assertThat(mail.addresses()).containsExactly("gone@example.org");
    assertThat(mail.recipients().getFirst().originalRecipient())
        .contains("rfc822;info@example.org");
    assertThat(mail.recipients().getFirst().status().orElseThrow().status()).hasToString("5.1.1");
  }

  @Test
  void aCircleFails() throws Exception {
    directory.alias(Kind.ADDRESS, "x@example.org", "y@example.org");
    directory.alias(Kind.ADDRESS, "y@example.org", "x@example.org");
    FakeMail mail = mail("x@example.org");
    assertThat(chain.run(mail, RRT)).isEqualTo(Outcome.toProcessor("error"));
    assertThat(mail.recipients().getFirst().status().orElseThrow().status()).hasToString("5.4.6");
  }

  @Test
  void usersWhoForwardToEachOtherBothGetIt() throws Exception {
    for (String pair : List.of("alice,bob", "bob,alice")) {
      String[] names = pair.split(",");
      directory.alias(Kind.FORWARD, names[0] + "@example.org", names[0] + "@example.org");
      directory.alias(Kind.FORWARD, names[0] + "@example.org", names[1] + "@example.org");
    }
    assertThat(rewritten("alice@example.org"))
        .containsExactly("alice@example.org", "bob@example.org");
  }

  @Test
  void tooLongAWayFails() throws Exception {
    for (int i = 0; i < 4; i++) {
      directory.alias(Kind.ADDRESS, "a" + i + "@example.org", "a" + (i + 1) + "@example.org");
    }
    directory.alias(Kind.ADDRESS, "a4@example.org", "alice@example.org");
    assertThat(rewritten("a0@example.org")).containsExactly("alice@example.org");
    FakeMail mail = mail("a0@example.org");
    assertThat(chain.run(mail, RRT, Map.of("mappingLimit", "4")))
        .isEqualTo(Outcome.toProcessor("error"));
    assertThat(mail.recipients().getFirst().status().orElseThrow().diagnostic())
        .contains("more than 4 aliases");
  }

  @Test
  void tooLargeAGroupFailsAsAWhole() throws Exception {
    for (int i = 0; i < 20; i++) {
      directory.alias(Kind.GROUP, "all@example.org", "m" + i + "@elsewhere.net");
    }
    FakeMail mail = mail("all@example.org");
    assertThat(chain.run(mail, RRT, Map.of("maxAddresses", "15")))
        .isEqualTo(Outcome.toProcessor("error"));
    assertThat(mail.addresses()).containsExactly("all@example.org");
    assertThat(mail.recipients().getFirst().status().orElseThrow().status()).hasToString("5.5.3");
  }

  @Test
  void oneTargetInheritsTheRequestsAndTheOriginalRecipient() throws Exception {
    directory.alias(Kind.ADDRESS, "in+fo@example.org", "alice@example.org");
    FakeMail mail =
        FakeMail.from("s@example.com").to(recipient("in+fo@example.org", Notify.SUCCESS));
    chain.run(mail, RRT);
    assertThat(mail.recipients().getFirst().notifyOn()).containsExactly(Notify.SUCCESS);
    assertThat(mail.recipients().getFirst().originalRecipient())
        .contains("rfc822;in+2Bfo@example.org");
    assertThat(mail.sent()).isEmpty();
  }

  @Test
  void severalTargetsLoseSuccessAndTheSenderHearsOfTheExpansion() throws Exception {
    directory.alias(Kind.GROUP, "all@example.org", "alice@example.org");
    directory.alias(Kind.GROUP, "all@example.org", "bob@example.org");
    FakeMail mail = FakeMail.from("s@example.com")
        .to(recipient("all@example.org", Notify.SUCCESS, Notify.FAILURE));
    chain.run(mail, RRT);
    assertThat(mail.recipients())
        .hasSize(2)
        .allSatisfy(r -> assertThat(r.notifyOn()).containsExactly(Notify.FAILURE));
    SpooledMail report = mail.sent().getFirst();
    assertThat(report.envelope().recipients())
        .extracting(Recipient::toString)
        .containsExactly("s@example.com");
    assertThat(new String(Message.of(report.content()).body().readAllBytes()))
        .contains("Action: expanded");
  }

  @Test
  void anOriginalRecipientStaysByteForByte() throws Exception {
    directory.alias(Kind.ADDRESS, "info@example.org", "alice@example.org");
    Recipient given = new Recipient(
        MailAddress.of("info@example.org"),
        Set.of(),
        Optional.of("RFC822;In+2BFO@Example.org"),
        Optional.empty());
    FakeMail mail = FakeMail.from("s@example.com").to(given);
    chain.run(mail, RRT);
    assertThat(mail.recipients().getFirst().originalRecipient())
        .contains("RFC822;In+2BFO@Example.org");
  }

  @Test
  void aDirectoryThatIsAwayIsATemporaryFailure() {
    directory.setAway(true);
    assertThatThrownBy(() -> chain.run(mail("alice@example.org"), RRT))
        .isInstanceOf(TemporaryFailure.class);
  }
}
