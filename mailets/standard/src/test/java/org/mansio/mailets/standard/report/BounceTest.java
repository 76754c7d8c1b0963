package org.mansio.mailets.standard.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.mailets.standard.report.ReturnedMail.ARRIVAL;
import static org.mansio.mailets.standard.report.ReturnedMail.TEXT;
import static org.mansio.mailets.standard.report.ReturnedMail.mail;
import static org.mansio.mailets.standard.report.ReturnedMail.only;
import static org.mansio.mailets.standard.report.ReturnedMail.recipient;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.mail.DeliverBy;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.Recipient.Notify;
import org.mansio.spi.mail.RecipientStatus.Action;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.FakeMail;

/** Who hears of what became of a mail, and who doesn't. */
class BounceTest {
  private final Chain chain = new Chain();

  @Test
  void theNullSenderIsNeverAnswered() throws Exception {
    FakeMail mail = FakeMail.from("").to(recipient("bob@example.net", Action.FAILED));
    assertThat(chain.run(mail, "Bounce"))
        .isEqualTo(Outcome.dropped("no report: the mail has the null reverse-path"));
    assertThat(mail.sent()).isEmpty();
  }

  @Test
  void theTraceReadsWhatWasReportedOnWhom() throws Exception {
    assertThat(chain.run(
            mail(
                recipient("bob@example.net", Action.FAILED),
                recipient("carol@example.net", Action.FAILED),
                recipient("dave@example.net", Action.DELAYED)),
            "Bounce"))
        .isEqualTo(
            Outcome.dropped("failure of bob@example.net (5.1.1) and carol@example.net (5.1.1),"
                + " delay of dave@example.net (4.1.1) reported to alice@example.org"));
  }

  @Test
  void recipientsThatEndHereSayWithWhat() throws Exception {
    FakeMail mail = FakeMail.from("alice@example.org").to("bob@example.net");
    chain.run(mail, "Bounce", Map.of("status", "5.7.1", "reason", "not here"));
    assertThat(mail.recipients()).singleElement().satisfies(recipient -> {
      assertThat(recipient.status().orElseThrow().status()).hasToString("5.7.1");
      assertThat(recipient.status().orElseThrow().diagnostic()).isEqualTo("not here");
    });
  }

  @Test
  void aDoubleBounceGoesToThePostmasterOnce() throws Exception {
    Map<String, String> settings = Map.of("doubleBounceTo", "postmaster@example.org");
    FakeMail mail = FakeMail.from("").to(recipient("bob@example.net", Action.FAILED));
    chain.run(mail, "Bounce", settings);
    SpooledMail first = only(mail);
    assertThat(first.envelope().recipients())
        .containsExactly(Recipient.of("postmaster@example.org"));
    FakeMail failed = FakeMail.from("").to(recipient("somebody@example.com", Action.FAILED));
    failed.setAttributes(first.attributes());
    assertThat(chain.run(failed, "Bounce", settings))
        .isEqualTo(Outcome.dropped("no report: the mail has the null reverse-path"));
    assertThat(failed.sent()).isEmpty();
  }

  @Test
  void onlyWhatTheSenderAskedForIsReported() throws Exception {
    FakeMail mail = mail(
        recipient("never@example.net", Action.FAILED, Notify.NEVER),
        recipient("success@example.net", Action.FAILED, Notify.SUCCESS),
        recipient("failure@example.net", Action.FAILED, Notify.FAILURE),
        recipient("silent@example.net", Action.DELIVERED),
        recipient("delay@example.net", Action.DELAYED, Notify.FAILURE));
    chain.run(mail, "Bounce");
    assertThat(Report.of(only(mail)).text(1))
        .contains("failure@example.net")
        .doesNotContain("never@", "success@", "silent@", "delay@");
  }

  @Test
  void nothingIsSentWhereNobodyWantsIt() throws Exception {
    FakeMail mail = mail(recipient("never@example.net", Action.FAILED, Notify.NEVER));
    assertThat(chain.run(mail, "Bounce", Map.of("passThrough", "true"))).isEqualTo(Outcome.next());
    assertThat(mail.sent()).isEmpty();
  }

  @Test
  void eachActionHasALetterOfItsOwn() throws Exception {
    FakeMail mail = mail(
        recipient("a@example.net", Action.FAILED),
        recipient("b@example.net", Action.FAILED),
        recipient("c@example.net", Action.DELAYED),
        recipient("d@example.net", Action.RELAYED, Notify.SUCCESS),
        recipient("e@example.net", Action.DELIVERED, Notify.SUCCESS));
    chain.run(mail, "Bounce");
    List<String> actions = new ArrayList<>();
    for (SpooledMail sent : mail.sent()) {
      Report report = Report.of(sent);
      actions.add(report.groups().get(1).get(1) + " × " + (report.groups().size() - 1));
    }
    assertThat(actions)
        .containsExactly(
            "Action: failed × 2",
            "Action: delayed × 1",
            "Action: delivered × 1",
            "Action: relayed × 1");
  }

  @Test
  void tracedMailIsReportedAtEachStepUnlessNothingIs() throws Exception {
    Envelope envelope = Envelope.of("alice@example.org")
        .withRecipients(List.of(
            recipient("bob@example.net", Action.RELAYED),
            recipient("carol@example.net", Action.RELAYED, Notify.NEVER)))
        .withDeliverBy(new DeliverBy(ARRIVAL, DeliverBy.Mode.NOTIFY, true));
    FakeMail mail = FakeMail.of(envelope).text(TEXT);
    chain.run(mail, "Bounce");
    assertThat(Report.of(only(mail)).text(1))
        .contains("bob@example.net", "Action: relayed")
        .doesNotContain("carol@");
  }

  @Test
  void aDelayIsNeverReportedToWhoDoesNotWantItNorToNobody() throws Exception {
    FakeMail unwanted =
        mail(recipient("bob@example.net", Action.DELAYED, Notify.FAILURE, Notify.SUCCESS));
    chain.run(unwanted, "Bounce");
    assertThat(unwanted.sent()).isEmpty();
    FakeMail notice = FakeMail.from("").to(recipient("bob@example.net", Action.DELAYED));
    chain.run(notice, "Bounce", Map.of("doubleBounceTo", "postmaster@example.org"));
    assertThat(notice.sent()).isEmpty();
  }
}
