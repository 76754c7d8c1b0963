package org.mansio.mailets.antispam.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.mailets.antispam.TestHook.rcpt;
import static org.mansio.mailets.antispam.TestHook.told;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.mailets.antispam.TestHook;
import org.mansio.mailets.antispam.hook.Stage;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.testkit.FakeSmtpSession;

class AccessListTest {
  private static SmtpHook list(String... lines) {
    return new TestHook(AccessList.factory())
        .set("entries", String.join("\n", lines))
        .make();
  }

  private static FakeSmtpSession from(String address) {
    return new FakeSmtpSession("1", address);
  }

  @Test
  void matchesNetworksOfBothFamiliesAtConnect() {
    SmtpHook hook = list(
        "# friends first",
        "network 192.0.2.7 accept",
        "",
        "network 192.0.2.0/24 reject 554 5.7.1 No mail, thanks",
        "network 2001:db8:1::/48 temporary");
    assertThat(told(hook.onConnect(from("192.0.2.7"))))
        .isEqualTo("accept entries:2: network 192.0.2.7 accept");
    assertThat(told(hook.onConnect(from("192.0.2.8"))))
        .startsWith("554 5.7.1 No mail, thanks | entries:4: network 192.0.2.0/24 reject");
    assertThat(told(hook.onConnect(from("2001:db8:1::9")))).startsWith("450 4.7.1 Access denied");
    assertThat(told(hook.onConnect(from("198.51.100.1")))).isEmpty();
  }

  @Test
  void theFirstRuleCountsWhateverItIsAbout() {
    SmtpHook hook = list(
        "sender friend@example.net accept",
        "helo .dynamic.example reject",
        "sender example.net discard");
    FakeSmtpSession session = from("192.0.2.1").helo("host1.DYNAMIC.example");
    assertThat(told(hook.onHelo(session, "host1.DYNAMIC.example"))).startsWith("550 5.7.1");
    assertThat(told(hook.onMail(session.mail("Friend@example.net")))).startsWith("accept");
    assertThat(told(hook.onMail(session.mail("other@example.net")))).startsWith("550 5.7.1");
    assertThat(told(hook.onMail(from("192.0.2.1").helo("x.example").mail("other@example.net"))))
        .startsWith("discard");
  }

  @Test
  void knowsAllFormsOfAddresses() {
    SmtpHook hook = list(
        "sender <> mark",
        "sender .spam.example reject",
        "sender noreply@ temporary",
        "recipient alice@example.org reject 550 Not here",
        "recipient bücher.example reject");
    assertThat(told(hook.onMail(from("192.0.2.1").mail("x@spam.example")))).startsWith("550");
    assertThat(told(hook.onMail(from("192.0.2.1").mail("x@a.b.spam.example")))).startsWith("550");
    assertThat(told(hook.onMail(from("192.0.2.1").mail("x@notspam.example")))).isEmpty();
    assertThat(told(hook.onMail(from("192.0.2.1").mail("NoReply@any.example")))).startsWith("450");
    FakeSmtpSession bounce = from("192.0.2.1").mail("");
    assertThat(told(hook.onMail(bounce))).isEmpty();
    assertThat(bounce.annotations().text("mansio.hook.AccessList"))
        .contains("entries:1: sender <> mark");
    assertThat(told(rcpt(hook, from("192.0.2.1").mail("x@example.net"), "Alice@example.org")))
        .startsWith("550 5.7.1 Not here");
    assertThat(told(rcpt(hook, from("192.0.2.1").mail("x@example.net"), "a@xn--bcher-kva.example")))
        .startsWith("550");
  }

  @Test
  void matchesTheVerifiedHostName() {
    SmtpHook hook = list("host .mail.example accept");
    assertThat(told(hook.onConnect(from("192.0.2.1").remoteHost("out1.mail.example"))))
        .startsWith("accept");
    assertThat(told(hook.onConnect(from("192.0.2.1")))).isEmpty();
  }

  @Test
  void looksFromTheStageThatIsSet() {
    SmtpHook hook = new TestHook(AccessList.factory())
        .set("entries", "sender good@example.net accept\nnetwork 192.0.2.0/24 reject")
        .set("from", "rcpt")
        .make();
    FakeSmtpSession session = from("192.0.2.1").helo("x.example").mail("good@example.net");
    assertThat(told(hook.onConnect(session))).isEmpty();
    assertThat(told(hook.onHelo(session, "x.example"))).isEmpty();
    assertThat(told(hook.onMail(session))).isEmpty();
    assertThat(told(rcpt(hook, session, "a@example.org"))).startsWith("accept");
    assertThat(told(rcpt(hook, session.mail("bad@example.net"), "a@example.org")))
        .startsWith("550");
  }

  @Test
  void tellsEveryLineThatIsNoRule() {
    assertThatThrownBy(() -> new TestHook(AccessList.factory())
            .set(
                "entries",
                "network 192.0.2.1/24 reject\nsender example.net\nclient x reject\nsender a@b deny"
                    + "\nsender example.net reject 450 4.7.1 mixed up")
            .create())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("entries:1: '192.0.2.1/24' has bits behind its prefix")
        .hasMessageContaining("entries:2: 'sender example.net' isn't: subject pattern decision")
        .hasMessageContaining("entries:3: 'client' isn't one of: network, host, helo")
        .hasMessageContaining("entries:4: 'deny' isn't one of: accept")
        .hasMessageContaining("entries:5: a reply to reject begins with 5");
    assertThatThrownBy(() -> new TestHook(AccessList.factory()).create())
        .hasMessageContaining("needs entries or a file");
  }

  @Test
  void readsTheFileAgainWhenItChangesAndKeepsTheRulesWhenItIsWrong(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("access.txt");
    Files.writeString(file, "network 192.0.2.1 reject\n");
    AccessFile rules = new AccessFile(
        AccessRules.parse(List.of("network 192.0.2.9 accept"), "entries", 0),
        Optional.of(file),
        Duration.ZERO);
    SmtpHook hook = new AccessList(rules, Stage.CONNECT);
    assertThat(told(hook.onConnect(from("192.0.2.1")))).contains("access.txt:1");
    assertThat(told(hook.onConnect(from("192.0.2.9")))).startsWith("accept");
    Files.writeString(file, "# moved\nnetwork 192.0.2.2 reject\n");
    assertThat(told(hook.onConnect(from("192.0.2.1")))).isEmpty();
    assertThat(told(hook.onConnect(from("192.0.2.2")))).contains("access.txt:2");
    Files.writeString(file, "network nonsense\n");
    assertThat(told(hook.onConnect(from("192.0.2.2")))).contains("access.txt:2");
    Files.delete(file);
    assertThat(told(hook.onConnect(from("192.0.2.2")))).contains("access.txt:2");
    Files.writeString(file, "network 192.0.2.3 discard\n");
    assertThat(told(hook.onConnect(from("192.0.2.3")))).startsWith("discard");
  }

  @Test
  void refusesToStartWithAFileThatIsMissingOrWrong(@TempDir Path folder) throws IOException {
    FakeServices services = new FakeServices(folder);
    TestHook hook = new TestHook(AccessList.factory(), services).set("file", "access.txt");
    assertThatThrownBy(hook::create).hasMessageContaining("access.txt doesn't exist");
    Files.createDirectories(services.environment().configuration());
    Files.writeString(
        services.environment().configuration().resolve("access.txt"), "\n\nsender x\n");
    assertThatThrownBy(hook::create).hasMessageContaining("access.txt:3: ");
  }
}
