package org.mansio.mailets.standard.matcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.testkit.FakeMail;

class RecipientMatchersTest {
  private final Chain chain = new Chain();
  private final FakeMail mail = FakeMail.from("alice@example.org")
      .to("bob@example.net", "Carol@Example.com", "dan@sub.example.com");

  private static Recipient asking(Recipient.Notify... conditions) {
    return new Recipient(
        MailAddress.of("x@example.net"), Set.of(conditions), Optional.empty(), Optional.empty());
  }

  @Test
  void allPicksEveryRecipientAndTakesNoCondition() throws Exception {
    assertThat(chain.match(mail, "All", "")).hasSize(3);
    assertThatThrownBy(() -> chain.match(mail, "All", "bob@example.net"))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void recipientIsComparesWithoutCase() throws Exception {
    assertThat(chain.match(mail, "RecipientIs", "BOB@example.net, carol@example.com"))
        .containsExactly("bob@example.net", "Carol@example.com");
  }

  @Test
  void recipientIsRefusesWhatIsNoAddress() {
    assertThatThrownBy(() -> chain.match(mail, "RecipientIs", "bob@"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("bob@");
  }

  @Test
  void recipientIsRegexMatchesTheWholeAddress() throws Exception {
    assertThat(chain.match(mail, "RecipientIsRegex", ".*@example\\.net"))
        .containsExactly("bob@example.net");
    assertThat(chain.match(mail, "RecipientIsRegex", "bob")).isEmpty();
    assertThatThrownBy(() -> chain.match(mail, "RecipientIsRegex", "("))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void recipientDomainIsLeavesSubdomainsAlone() throws Exception {
    assertThat(chain.match(mail, "RecipientDomainIs", "EXAMPLE.com"))
        .containsExactly("Carol@example.com");
    assertThat(chain.match(mail, "HostIs", "example.com,sub.example.com")).hasSize(2);
  }

  @Test
  void recipientDomainIsKnowsBothFormsOfAnInternationalName() throws Exception {
    FakeMail international = FakeMail.from("").to("x@xn--bcher-kva.example");
    assertThat(chain.match(international, "RecipientDomainIs", "bücher.example"))
        .hasSize(1);
  }

  @Test
  void userIsLooksAtTheLocalPart() throws Exception {
    assertThat(chain.match(mail, "UserIs", "carol, nobody")).containsExactly("Carol@example.com");
  }

  @Test
  void hostIsLocalAsksForTheDomainOnly() throws Exception {
    chain.services.directory.with("someone@example.net");
    assertThat(chain.match(mail, "HostIsLocal", "")).containsExactly("bob@example.net");
  }

  @Test
  void recipientIsLocalPicksUsersAndAliases() throws Exception {
    chain
        .services
        .directory
        .with("bob@example.net")
        .alias(Alias.Kind.ADDRESS, "info@example.net", "bob@example.net");
    FakeMail local = FakeMail.from("")
        .to("bob+x@example.net", "info@example.net", "no@example.net", "a@example.org");
    assertThat(chain.match(local, "RecipientIsLocal", ""))
        .containsExactly("bob+x@example.net", "info@example.net");
  }

  @Test
  void aDirectoryThatIsAwayIsATemporaryFailure() {
    chain.services.directory.setAway(true);
    assertThatThrownBy(() -> chain.match(mail, "RecipientIsLocal", ""))
        .isInstanceOf(TemporaryFailure.class);
  }

  @Test
  void countsRecipients() throws Exception {
    assertThat(chain.matches(mail, "IsSingleRecipient", "")).isFalse();
    assertThat(chain.matches(FakeMail.from("").to("a@example.org"), "IsSingleRecipient", ""))
        .isTrue();
    assertThat(chain.matches(mail, "TooManyRecipients", "3")).isFalse();
    assertThat(chain.matches(mail, "TooManyRecipients", "2")).isTrue();
    assertThatThrownBy(() -> chain.match(mail, "TooManyRecipients", "many"))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void readsTheRequestsForReports() throws Exception {
    FakeMail success = FakeMail.from("").to(asking(Recipient.Notify.SUCCESS));
    FakeMail nothingSaid = FakeMail.from("").to(asking());
    assertThat(chain.matches(success, "DSNSuccessRequested", "")).isTrue();
    assertThat(chain.matches(success, "DSNFailureRequested", "")).isFalse();
    assertThat(chain.matches(nothingSaid, "DSNSuccessRequested", "")).isFalse();
    assertThat(chain.matches(nothingSaid, "DSNFailureRequested", "")).isTrue();
    assertThat(chain.matches(nothingSaid, "DSNDelayRequested", "")).isTrue();
  }

  @Test
  void tellsPermanentFromTemporaryErrors() throws Exception {
    Recipient failed = Recipient.of("a@example.org")
        .withStatus(RecipientStatus.failed(EnhancedStatus.parse("5.1.1"), "550 no"));
    FakeMail reported = FakeMail.from("").to(failed, Recipient.of("b@example.org"));
    assertThat(chain.match(reported, "IsRemoteDeliveryPermanentError", ""))
        .containsExactly("a@example.org");
    assertThat(chain.match(reported, "IsRemoteDeliveryTemporaryError", "")).isEmpty();
  }
}
