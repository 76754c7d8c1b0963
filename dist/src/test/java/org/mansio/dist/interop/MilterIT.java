package org.mansio.dist.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** Milters of other projects: rspamd, OpenDKIM. */
@Tag("interop")
class MilterIT {
  private static final String BOB = "bob@example.org";

  /** What every filter takes for spam, so that it can be tried. */
  private static final String GTUBE =
      "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n";

  private static final String HEADER = "From: <someone@example.org>\r\nTo: <" + BOB + ">\r\n"
      + "Date: Thu, 26 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n"
      + "Subject: a\r\n folded one\r\n";

  private static Installation with(OtherServer milter, String name) {
    String port = milter.address().substring(milter.address().indexOf(':') + 1);
    return Installation.fresh(name)
        .edit(
            "server.xml",
            text -> text.replaceFirst(
                "<hooks>",
                "<hooks><hook name=\"Milter\"><address>inet:" + port
                    + "@127.0.0.1</address></hook>"));
  }

  private static int send(RunningServer server, String message) throws IOException {
    try (SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      return client
          .mail("someone@example.org", List.of(BOB), message.getBytes(StandardCharsets.ISO_8859_1))
          .code();
    }
  }

  private static String arrived(RunningServer server) {
    Mailbox mailbox = Mailbox.of(server.installation().data(), "bob", "example.org");
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> mailbox.count() == 1);
    return new String(mailbox.messages().getFirst(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void rspamdRefusesSpamAndMarksOtherMail() throws Exception {
    try (OtherServer rspamd = OtherServer.rspamd();
        RunningServer server = RunningServer.withUsers(with(rspamd, "interop-rspamd"), Map.of())) {
      assertThat(send(server, HEADER + "\r\n" + GTUBE)).isEqualTo(554);
      assertThat(send(server, HEADER + "X-Remove: yes\r\n\r\nbody\r\n")).isEqualTo(250);

      assertThat(arrived(server))
          .contains("\r\nX-Client: 127.0.0.1\r\n" + HEADER)
          .contains("\r\nX-Folded: one\r\n\ttwo\r\n\r\nbody\r\n")
          .doesNotContain("X-Remove");
    }
  }

  @Test
  void openDkimSignsMail() throws Exception {
    try (OtherServer openDkim = OtherServer.openDkim();
        RunningServer server =
            RunningServer.withUsers(with(openDkim, "interop-opendkim"), Map.of())) {
      assertThat(send(server, HEADER + "\r\nbody\r\n")).isEqualTo(250);

      assertThat(arrived(server))
          .containsPattern("\r\nDKIM-Signature: v=1; [^\r]*(\r\n\t[^\r]*)*s=interop;")
          .contains("\r\n" + HEADER + "\r\nbody\r\n");
    }
  }
}
