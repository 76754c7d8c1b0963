package org.mansio.dist.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.dist.extensions.Messages.PLAIN;
import static org.mansio.dist.extensions.Messages.words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mansio.spi.testkit.FakeSmtpServer.Taken;

/** Mail that needs TLS all the way (REQUIRETLS, RFC 8689). */
@ExtendWith(SharedPeers.class)
class RequireTlsIT {
  private final ExtensionPeers peers;

  RequireTlsIT(ExtensionPeers peers) {
    this.peers = peers;
  }

  @Test
  void aMailThatNeedsTlsAllTheWayGoesToAPeerThatPromisesIt() throws Exception {
    peers.submitUnderTls(
        "MAIL FROM:<secret@example.com> REQUIRETLS", "RCPT TO:<secret@able.example>", PLAIN);

    assertThat(words(peers.taken(peers.able, "RCPT TO:<secret@able.example>").mail()))
        .contains("REQUIRETLS");
    assertThat(peers.able.dialogues())
        .filteredOn(dialogue ->
            dialogue.commands().stream().anyMatch(line -> line.contains("<secret@example.com>")))
        .allSatisfy(dialogue -> assertThat(dialogue.commands()).element(1).isEqualTo("STARTTLS"));
  }

  @Test
  void aMailThatNeedsTlsAllTheWayFailsAtAPeerWithoutTls() throws Exception {
    peers.submitUnderTls(
        "MAIL FROM:<no-tls@example.com> REQUIRETLS RET=FULL",
        "RCPT TO:<secret@bare.example>",
        PLAIN);

    Taken report = peers.report("no-tls@example.com");
    assertThat(words(report.mail())).contains("REQUIRETLS");
    assertThat(report.text())
        .contains("Action: failed", "Status: 5.7.10", "text/rfc822-headers")
        .doesNotContain("Hello.");
    assertThat(peers.bare.commands()).noneMatch(line -> line.contains("no-tls@example.com"));
  }

  @Test
  void aMailThatNeedsTlsAllTheWayFailsAtAPeerThatOnlyEncrypts() throws Exception {
    peers.submitUnderTls(
        "MAIL FROM:<no-promise@example.com> REQUIRETLS",
        "RCPT TO:<secret@encrypting.example>",
        PLAIN);

    assertThat(peers.report("no-promise@example.com").text())
        .contains("Action: failed", "Status: 5.7.30");
    assertThat(peers.encrypting.commands()).noneMatch(line -> line.startsWith("MAIL"));
  }
}
