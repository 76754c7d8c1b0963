package org.mansio.mailets.antispam.milter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.mailets.antispam.milter.FakeMilter.body;
import static org.mansio.mailets.antispam.milter.FakeMilter.reply;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.Verdict;

/** What milters change of a mail. */
class MilterChangesTest {
  private static final Verdict NO_OPINION = Verdict.decline();
  private static final SmtpReply REJECTED = RefusalText.REJECTED;

  @Test
  void makesAllChangesOfAMail() throws IOException {
    try (Watched watched = new Watched(FakeMilter.inet()
        .on(
            'E',
            reply('p'),
            reply('h', "X-Added", "a\n\tb"),
            reply('i', 0, "X-Top", "t"),
            reply('i', 2, "X-Second", "u"),
            reply('m', 1, "Subject", "[spam] s"),
            reply('m', 1, "X-Empty", ""),
            body("new "),
            body("body\n"),
            reply('+', "<c@example.org>"),
            reply('2', "<d@example.org>", "NOTIFY=NEVER"),
            reply('-', "<b@example.org>"),
            reply('e', "<other@example.net>", "RET=HDRS"),
            reply('q', "looks\r\nbad"),
            reply('c')))) {
      SpooledMail mail = Watched.changed(watched.whole());
      assertThat(Watched.text(mail))
          .isEqualTo("X-Top: t\r\n(own)X-Second: u\r\nSubject: [spam] s\r\n"
              + "X-Folded: a\r\n\tb\r\nX-Added: a\r\n\tb\r\n\r\nnew body\r\n");
      assertThat(mail.envelope().reversePath()).isEqualTo("<other@example.net>");
      assertThat(mail.envelope().recipients().stream().map(Recipient::toString))
          .containsExactly("a@example.org", "c@example.org", "d@example.org");
      assertThat(mail.attributes().text(Attributes.QUARANTINE)).contains("looks bad");
    }
  }

  @Test
  void leavesTheBodyUnreadWhenOnlyTheHeaderChanges() throws IOException {
    try (Watched watched =
        new Watched(FakeMilter.inet().on('E', reply('h', "X-A", "v"), reply('a')))) {
      assertThat(Watched.text(Watched.changed(watched.whole())))
          .isEqualTo("(own)Subject: s\r\nX-Folded: a\r\n\tb\r\nX-Empty:\r\nX-A: v\r\n\r\nbody\r\n");
    }
  }

  @Test
  void dropsTheChangesOfAMailThatIsRefused() {
    try (Watched watched =
        new Watched(FakeMilter.inet().on('E', reply('h', "X-A", "v"), body("new"), reply('r')))) {
      assertThat(Watched.refused(watched.whole())).isEqualTo(REJECTED);
    }
  }

  @Test
  void marksABodyOfEightBits() {
    try (Watched watched = new Watched(FakeMilter.inet().on('E', body("\u00e4"), reply('c')))) {
      watched.mail();
      SpooledMail mail = watched.arrived(Watched.MESSAGE);
      SpooledMail sevenBit = mail.withEnvelope(mail.envelope().withBody(BodyType.SEVEN_BIT));
      assertThat(Watched.changed(watched.hook.onData(watched.session, sevenBit))
              .envelope()
              .body())
          .isEqualTo(BodyType.EIGHT_BIT_MIME);
    }
  }

  @Test
  void showsALaterMilterWhatTheFormerMade() {
    try (Watched first =
            new Watched(FakeMilter.inet().on('E', reply('h', "X-First", "1"), reply('c')));
        Watched second = new Watched(FakeMilter.inet())) {
      SpooledMail mail = Watched.changed(first.whole());
      second.session.mail("from@example.net", "a@example.org");
      second.hook.onData(second.session, mail);
      assertThat(second.milter.heard()).contains("L X-First|1|");
      assertThat(second.milter.heard()).noneMatch(packet -> packet.startsWith("L Received"));
    }
  }

  @Test
  void makesGoodWhatItWasNotAsked() {
    try (Watched watched = new Watched(FakeMilter.inet())) {
      assertThat(watched.data()).isEqualTo(NO_OPINION);
      assertThat(watched.milter.codes()).isEqualTo("OCHMRRTLLLNBE");
    }
  }
}
