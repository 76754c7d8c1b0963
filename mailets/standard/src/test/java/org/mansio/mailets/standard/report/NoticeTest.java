package org.mansio.mailets.standard.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.FakeMail;

class NoticeTest {
  private final Chain chain = new Chain();
  private final FakeMail mail =
      FakeMail.from("alice@example.org").to("bob@example.net").text("Subject: hi\n\nThe text\n");

  private static String text(SpooledMail sent) throws Exception {
    return new String(sent.content().bytes(1 << 20));
  }

  @Test
  void tellsThePostmasterAboutTheMail() throws Exception {
    mail.attribute(Attributes.ERROR, "it broke");
    assertThat(chain.run(mail, "NotifyPostmaster", Map.of("message", "Look", "prefix", "[error]")))
        .isEqualTo(Outcome.next());
    SpooledMail sent = mail.sent().getFirst();
    assertThat(sent.envelope().sender()).isEmpty();
    assertThat(sent.envelope().recipients())
        .containsExactly(Recipient.of("postmaster@example.org"));
    assertThat(text(sent))
        .contains(
            "Subject: [error] hi\r\n",
            "Look\r\n",
            "From: <alice@example.org>\r\n",
            "To: <bob@example.net>")
        .contains("Reason: it broke", "Auto-Submitted: auto-generated", "text/rfc822-headers")
        .doesNotContain("The text");
  }

  @Test
  void attachesWhatIsAskedFor() throws Exception {
    chain.run(mail, "NotifyPostmaster", Map.of("attachment", "message"));
    assertThat(text(mail.sent().getFirst())).contains("message/rfc822", "The text");
    chain.run(mail, "NotifyPostmaster", Map.of("attachment", "none"));
    assertThat(text(mail.sent().getLast())).doesNotContain("rfc822");
  }

  @Test
  void aNoticeAboutANoticeIsNotWritten() throws Exception {
    chain.run(mail, "NotifyPostmaster");
    FakeMail notice = FakeMail.from("").to("postmaster@example.org");
    notice.setAttributes(mail.sent().getFirst().attributes());
    chain.run(notice, "NotifyPostmaster");
    assertThat(notice.sent()).isEmpty();
  }

  @Test
  void tellsTheSender() throws Exception {
    assertThat(chain.run(mail, "NotifySender", Map.of("passThrough", "false")))
        .isInstanceOf(Outcome.Dropped.class);
    assertThat(mail.sent().getFirst().envelope().recipients())
        .containsExactly(Recipient.of("alice@example.org"));
    assertThat(Message.of(mail.sent().getFirst().content()).headers().value("To"))
        .contains("alice@example.org");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Auto-Submitted: auto-replied", "List-Id: <x.example.org>", "Precedence: bulk"})
  void automaticMailIsNotAnswered(String field) throws Exception {
    mail.text(field + "\n\n");
    chain.run(mail, "NotifySender");
    assertThat(mail.sent()).isEmpty();
  }

  @Test
  void theNullSenderIsNotAnswered() throws Exception {
    FakeMail notice = FakeMail.from("").to("bob@example.net");
    chain.run(notice, "NotifySender");
    assertThat(notice.sent()).isEmpty();
  }
}
