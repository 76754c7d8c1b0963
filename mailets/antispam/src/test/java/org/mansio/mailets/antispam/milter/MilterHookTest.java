package org.mansio.mailets.antispam.milter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mansio.mailets.antispam.milter.FakeMilter.reply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.testkit.FakeSmtpSession;

class MilterHookTest {
  private static final Verdict NO_OPINION = Verdict.decline();
  private static final SmtpReply REJECTED = RefusalText.REJECTED;

  @Test
  void tellsASessionFromItsBeginningToItsEnd() {
    try (Watched watched = new Watched(FakeMilter.inet())) {
      assertThat(watched.connect()).isEqualTo(NO_OPINION);
      assertThat(watched.helo()).isEqualTo(NO_OPINION);
      assertThat(watched.message()).isEqualTo(NO_OPINION);
      watched.quit();
      await().until(() -> watched.milter.codes().endsWith("K"));
      assertThat(watched.milter.heard())
          .containsExactly(
              "O "
                  + new String(Negotiation.offer(6).data(), StandardCharsets.ISO_8859_1)
                      .replace('\0', '|'),
              "C [192.0.2.7]|4\u009c@192.0.2.7|",
              "H client.example|",
              "M <from@example.net>|BODY=8BITMIME|",
              "R <a@example.org>|",
              "R <b@example.org>|",
              "T ",
              "L Subject|s|",
              "L X-Folded|a\n\tb|",
              "L X-Empty||",
              "N ",
              "B body\r\n",
              "E ",
              "K ");
      assertThat(watched.hook.sessions()).isZero();
    }
  }

  @Test
  void leavesOutWhatAMilterDoesNotWant() {
    int unwanted = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x100 | 0x200;
    try (Watched watched = new Watched(FakeMilter.inet().steps(unwanted))) {
      assertThat(watched.whole()).isEqualTo(NO_OPINION);
      assertThat(watched.milter.codes()).isEqualTo("OE");
      assertThat(watched.milter.macros('R')).containsEntry("{rcpt_addr}", "b@example.org");
    }
  }

  @Test
  void waitsForNoAnswerWhereNoneComes() {
    int silent = 0x80 | 0x1000 | 0x2000 | 0x4000 | 0x8000 | 0x10000 | 0x20000 | 0x40000 | 0x80000;
    try (Watched watched = new Watched(FakeMilter.inet().steps(silent))) {
      watched.milter.on('E', reply('r'));
      assertThat(Watched.refused(watched.whole())).isEqualTo(REJECTED);
      assertThat(watched.milter.codes()).isEqualTo("OCHMRRTLLLNBE");
    }
  }

  @Test
  void keepsTheSpaceBehindTheColonForAMilterThatWantsIt() throws IOException {
    try (Watched watched = new Watched(FakeMilter.inet().steps(0x100000))) {
      watched.milter.on('E', reply('h', "X-A", "\tv"), reply('c'));
      assertThat(Watched.text(Watched.changed(watched.whole())))
          .contains("\r\nX-A:\tv\r\n\r\nbody");
      assertThat(watched.milter.heard()).contains("L Subject| s|", "L X-Empty||");
    }
  }

  @Test
  void tellsMacrosAtTheirStages() {
    try (Watched watched = new Watched(FakeMilter.inet())) {
      watched.services.directory.with("a@example.org");
      watched
          .session
          .remoteHost("client.example")
          .tls("TLSv1.3 TLS_AES_256_GCM_SHA384")
          .authenticated("alice@example.org");
      watched.whole();
      assertThat(watched.milter.macros('C'))
          .containsEntry("j", "mx.example.org")
          .containsEntry("_", "client.example [192.0.2.7]")
          .containsEntry("v", "Mansio")
          .containsEntry("{daemon_name}", "smtp")
          .containsEntry("{if_name}", "mx.example.org")
          .containsEntry("{if_addr}", "192.0.2.25")
          .containsEntry("{client_addr}", "192.0.2.7")
          .containsEntry("{client_name}", "client.example")
          .containsEntry("{client_ptr}", "client.example")
          .containsEntry("{client_port}", "40000")
          .containsEntry("{client_connections}", "1");
      assertThat(watched.milter.macros('H'))
          .containsEntry("{tls_version}", "TLSv1.3")
          .containsEntry("{cipher}", "TLS_AES_256_GCM_SHA384")
          .containsEntry("{cipher_bits}", "256");
      assertThat(watched.milter.macros('M'))
          .containsEntry("{auth_authen}", "alice@example.org")
          .containsKey("{auth_type}")
          .containsEntry("{mail_mailer}", "esmtp")
          .containsEntry("{mail_host}", "example.net")
          .containsEntry("{mail_addr}", "from@example.net");
      assertThat(watched.milter.macros('R'))
          .containsEntry("{rcpt_mailer}", "local")
          .containsEntry("{rcpt_host}", "example.org")
          .containsEntry("{rcpt_addr}", "b@example.org");
      assertThat(watched.milter.macros('E').get("i")).matches("[0-9A-Z]{16}");
    }
  }

  @Test
  void tellsTheMacrosThatAMilterAsksFor() {
    try (Watched watched = new Watched(FakeMilter.inet()
        .negotiating(FakeMilter.negotiation(6, 0x1FF, 0)
            .uint32(0)
            .text("{client_addr} {unknown}")
            .uint32(1)
            .text("")))) {
      watched.whole();
      assertThat(watched.milter.macros('C')).containsOnlyKeys("{client_addr}");
      assertThat(watched.milter.macros('H')).isEmpty();
    }
  }

  @Test
  void tellsAnIpv6ClientAsSuch() {
    try (Watched watched = new Watched(FakeMilter.inet())) {
      watched.session = new FakeSmtpSession("1", "2001:db8::7");
      watched.connect();
      assertThat(watched.milter.heard().get(1))
          .isEqualTo("C [IPv6:2001:db8:0:0:0:0:0:7]|6\u009c@2001:db8:0:0:0:0:0:7|");
      assertThat(watched.milter.macros('C'))
          .containsEntry("{client_addr}", "IPv6:2001:db8:0:0:0:0:0:7");
    }
  }

  @Test
  void refusesAtEachStageAsTheMilterSays() {
    for (char code : "CHMRTLNBE".toCharArray()) {
      for (Packet answer : List.of(
          reply('r'),
          reply('t'),
          reply('y', "452 4.2.2 full"),
          reply('y', "421 4.3.2 bye"),
          reply('4'))) {
        try (Watched watched = new Watched(FakeMilter.inet().on(code, answer))) {
          watched.session.mail("from@example.net");
          Verdict verdict = switch (code) {
            case 'C' -> watched.connect();
            case 'H' -> watched.helo();
            case 'M' -> watched.mail();
            case 'R' -> watched.rcpt("a@example.org");
            case 'T' -> watched.dataStart();
            default -> watched.data();
          };
          SmtpReply expected = switch (answer.code()) {
            case 'r' -> REJECTED;
            case 't' -> RefusalText.TRY_AGAIN;
            case '4' -> SmtpReply.of(421, "4.7.0", "Closing connection");
            default ->
              RefusalText.parse(new String(
                  answer.data(), 0, answer.data().length - 1, StandardCharsets.US_ASCII));
          };
          assertThat(Watched.refused(verdict)).describedAs(code + " " + answer).isEqualTo(expected);
          assertThat(verdict instanceof Verdict.Disconnect).isEqualTo(expected.code() == 421);
        }
      }
    }
  }

  @Test
  void refusesOneRecipientAndNotTheOthers() {
    try (Watched watched = new Watched(FakeMilter.inet().on('R', reply('r')).on('R', reply('c')))) {
      watched.connect();
      watched.helo();
      watched.mail();
      assertThat(Watched.refused(watched.rcpt("a@example.org"))).isEqualTo(REJECTED);
      assertThat(watched.rcpt("b@example.org")).isEqualTo(NO_OPINION);
      assertThat(watched.dataStart()).isEqualTo(NO_OPINION);
    }
  }

  @Test
  void asksNoMoreAboutAMessageThatTheMilterTakes() {
    for (char code : "MRTLNB".toCharArray()) {
      try (Watched watched = new Watched(FakeMilter.inet().on(code, reply('a')))) {
        assertThat(watched.whole()).isEqualTo(NO_OPINION);
        assertThat(watched.milter.codes()).endsWith(Character.toString(code));
        watched.message();
        assertThat(watched.milter.codes()).matches(".*M.*M.*");
      }
    }
  }

  @Test
  void asksNoMoreAboutASessionThatTheMilterTakes() {
    try (Watched watched = new Watched(FakeMilter.inet().on('H', reply('a')))) {
      assertThat(watched.whole()).isEqualTo(NO_OPINION);
      assertThat(watched.message()).isEqualTo(NO_OPINION);
      await().until(() -> watched.milter.codes().equals("OCHK"));
    }
  }

  @Test
  void discardsAsTheMilterSays() {
    for (char code : "MRTLNBE".toCharArray()) {
      try (Watched watched = new Watched(FakeMilter.inet().on(code, reply('d')))) {
        assertThat(watched.whole()).isInstanceOf(Verdict.Discard.class);
      }
    }
  }

  @Test
  void skipsTheRestOfABody() {
    try (Watched watched = new Watched(FakeMilter.inet().steps(0x400).on('B', reply('s')))) {
      watched.connect();
      watched.mail();
      watched.rcpt("a@example.org");
      assertThat(watched.data("Subject: s\r\n\r\n" + "x".repeat(200_000))).isEqualTo(NO_OPINION);
      assertThat(watched.milter.codes()).endsWith("NBE");
    }
  }

  @Test
  void sendsALargeBodyInChunks() {
    try (Watched watched = new Watched(FakeMilter.inet())) {
      watched.data("Subject: s\r\n\r\n" + "x".repeat(200_000));
      assertThat(watched.milter.heard().stream()
              .filter(packet -> packet.startsWith("B "))
              .map(packet -> packet.length() - 2))
          .containsExactly(65_535, 65_535, 65_535, 200_000 - 3 * 65_535);
    }
  }

  @Test
  void abortsAMessageThatIsGivenUp() {
    try (Watched watched = new Watched(FakeMilter.inet())) {
      watched.mail();
      watched.hook.onReset(watched.session);
      watched.hook.onReset(watched.session);
      watched.message();
      watched.hook.onReset(watched.session);
      watched.mail();
      watched.quit();
      await().until(() -> watched.milter.codes().endsWith("K"));
      assertThat(watched.milter.codes()).isEqualTo("OCHMAMRRTLLLNBEMAK");
    }
  }

  @Test
  void tellsHeloAgainAfterTls() {
    try (Watched watched = new Watched(FakeMilter.inet())) {
      watched.connect();
      watched.helo();
      watched.session.tls("TLSv1.3 TLS_AES_128_GCM_SHA256");
      watched.helo();
      watched.mail();
      assertThat(watched.milter.codes()).isEqualTo("OCHHM");
      assertThat(watched.milter.macros('H')).containsEntry("{cipher_bits}", "128");
    }
  }

  @Test
  void tellsOfRefusedRecipientsWhereTheMilterWantsThem() {
    MailAddress nobody = MailAddress.of("nobody@example.org");
    SmtpReply reply = SmtpReply.of(550, "5.1.1", "No such mailbox here");
    try (Watched watched = new Watched(FakeMilter.inet().steps(0x800).on('R', reply('r')));
        Watched other = new Watched(FakeMilter.inet())) {
      watched.mail();
      assertThat(watched.hook.onRefusedRcpt(watched.session, nobody, reply)).isEqualTo(NO_OPINION);
      assertThat(watched.milter.macros('R'))
          .containsEntry("{rcpt_mailer}", "error")
          .containsEntry("{rcpt_host}", "5.1.1")
          .containsEntry("{rcpt_addr}", "No such mailbox here");
      other.mail();
      other.hook.onRefusedRcpt(other.session, nobody, reply);
      assertThat(other.milter.codes()).isEqualTo("OCHM");
    }
  }

  @Test
  void tellsOfUnknownCommands() {
    try (Watched watched = new Watched(FakeMilter.inet().on('U', reply('y', "500 5.5.1 no")))) {
      watched.connect();
      assertThat(Watched.refused(watched.hook.onUnknown(watched.session, "XYZZY now"))
              .code())
          .isEqualTo(500);
      assertThat(watched.milter.heard()).contains("U XYZZY now|");
    }
  }

  @Test
  void hidesMailOfUsersWhereItIsToldTo() {
    try (Watched watched = new Watched(FakeMilter.inet(), "authenticated", "false")) {
      watched.session.authenticated("alice@example.org");
      assertThat(watched.whole()).isEqualTo(NO_OPINION);
      assertThat(watched.milter.connections()).isZero();
    }
    try (Watched watched = new Watched(FakeMilter.inet(), "relayNetworks", "false")) {
      watched.session.inRelayNetwork();
      watched.whole();
      assertThat(watched.milter.connections()).isZero();
      watched.session.authenticated("alice@example.org");
      watched.message();
      assertThat(watched.milter.codes()).isEqualTo("OCHMRRTLLLNBE");
    }
  }
}
