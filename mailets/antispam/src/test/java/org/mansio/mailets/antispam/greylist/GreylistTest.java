package org.mansio.mailets.antispam.greylist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.mailets.antispam.TestHook.rcpt;
import static org.mansio.mailets.antispam.TestHook.told;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.mailets.antispam.TestHook;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.testkit.FakeSmtpSession;
import org.mansio.spi.testkit.SettableClock;

class GreylistTest {
  private final SettableClock clock = new SettableClock();

  @TempDir
  private Path folder;

  private TestHook hook() {
    return new TestHook(Greylist.factory(clock), new FakeServices(folder));
  }

  private Path journal() {
    return new FakeServices(folder).environment().data().resolve("antispam/greylist");
  }

  private static FakeSmtpSession from(String address, String sender) {
    return new FakeSmtpSession("1", address).mail(sender);
  }

  private static String attempt(SmtpHook hook, String address, String sender) {
    return told(rcpt(hook, from(address, sender), "alice@example.org"));
  }

  @Test
  void takesMailThatComesAgainInTimeFromTheSameNetwork() {
    SmtpHook hook = hook().make();
    assertThat(attempt(hook, "192.0.2.1", "x@example.net"))
        .startsWith("451 4.7.1 Greylisted, come again in 120 seconds | new: 192.0.2.0/24");
    clock.advance(Duration.ofSeconds(100));
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).contains("in 20 seconds");
    clock.advance(Duration.ofSeconds(20));
    FakeSmtpSession session = from("192.0.2.99", "X@example.net");
    assertThat(told(rcpt(hook, session, "Alice@example.org"))).isEmpty();
    assertThat(session.annotations().text("mansio.hook.Greylist"))
        .contains("came again after 120 s");
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).isEmpty();
  }

  @Test
  void anotherSenderRecipientOrNetworkWaitsForItself() {
    SmtpHook hook = hook().make();
    attempt(hook, "192.0.2.1", "x@example.net");
    clock.advance(Duration.ofMinutes(5));
    assertThat(attempt(hook, "192.0.2.1", "y@example.net")).startsWith("451");
    assertThat(attempt(hook, "192.0.3.1", "x@example.net")).startsWith("451");
    assertThat(told(rcpt(hook, from("192.0.2.1", "x@example.net"), "bob@example.org")))
        .startsWith("451");
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).isEmpty();
  }

  @Test
  void forgetsWhoComesAgainTooLateAndWhoIsntHeardOfAnyMore() {
    SmtpHook hook = hook().set("networkKnownAfter", "0").make();
    attempt(hook, "192.0.2.1", "x@example.net");
    clock.advance(Duration.ofDays(3));
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).startsWith("451");
    clock.advance(Duration.ofMinutes(5));
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).isEmpty();
    clock.advance(Duration.ofDays(35));
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).isEmpty();
    clock.advance(Duration.ofDays(37));
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).startsWith("451");
  }

  @Test
  void aNetworkWhoseMailComesAgainIsKnown() {
    SmtpHook hook = hook().set("networkKnownAfter", "2").make();
    for (String sender : new String[] {"a@example.net", "b@example.net"}) {
      attempt(hook, "2001:db8::1", sender);
      clock.advance(Duration.ofMinutes(5));
      assertThat(attempt(hook, "2001:db8::2", sender)).isEmpty();
    }
    assertThat(attempt(hook, "2001:db8::3", "c@example.net")).isEmpty();
    assertThat(attempt(hook, "2001:db8:0:1::3", "c@example.net")).startsWith("451");
  }

  @Test
  void remembersOverARestartEvenWithABrokenEnd() throws IOException {
    SmtpHook before = hook().make();
    attempt(before, "192.0.2.1", "x@example.net");
    attempt(before, "192.0.2.1", "y@example.net");
    clock.advance(Duration.ofMinutes(5));
    attempt(before, "192.0.2.1", "x@example.net");
    Files.write(journal(), new byte[] {0, 1, 2}, StandardOpenOption.APPEND);
    SmtpHook after = hook().make();
    assertThat(attempt(after, "192.0.2.1", "x@example.net")).isEmpty();
    assertThat(attempt(after, "192.0.2.1", "y@example.net")).isEmpty();
    assertThat(Files.size(journal()) % Journal.RECORD).isZero();
    assertThat(attempt(hook().make(), "192.0.2.1", "y@example.net")).isEmpty();
  }

  @Test
  void aFloodOfFirstAttemptsNeitherGrowsNorForgetsWhoCameAgain() throws IOException {
    SmtpHook hook =
        hook().set("maxEntries", "1000").set("networkKnownAfter", "0").make();
    attempt(hook, "192.0.2.1", "x@example.net");
    clock.advance(Duration.ofMinutes(5));
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).isEmpty();
    for (int i = 0; i < 30_000; i++) {
      attempt(hook, "192.0.2.1", "spam" + i + "@example.net");
    }
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).isEmpty();
    assertThat(Files.size(journal())).isLessThan(20_000L * Journal.RECORD);
    assertThat(attempt(hook().set("maxEntries", "1000").make(), "192.0.2.1", "x@example.net"))
        .isEmpty();
  }

  @Test
  void hooksWithTheSameFileShareIt() {
    var factory = Greylist.factory(clock);
    FakeServices services = new FakeServices(folder);
    SmtpHook one = new TestHook(factory, services).make();
    SmtpHook other = new TestHook(factory, services).make();
    attempt(one, "192.0.2.1", "x@example.net");
    clock.advance(Duration.ofMinutes(5));
    assertThat(attempt(other, "192.0.2.1", "x@example.net")).isEmpty();
    assertThatThrownBy(
            () -> new TestHook(factory, services).set("maxEntries", "5000").create())
        .hasMessageContaining("maxEntries differs");
  }

  @Test
  void goesOnInMemoryWithoutADisk() throws IOException {
    Files.createDirectories(journal());
    SmtpHook hook = hook().make();
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).startsWith("451");
    clock.advance(Duration.ofMinutes(5));
    assertThat(attempt(hook, "192.0.2.1", "x@example.net")).isEmpty();
  }

  @Test
  void exemptsUsersAndThePostmaster() {
    SmtpHook hook = hook().make();
    assertThat(
            told(rcpt(hook, from("192.0.2.1", "").authenticated("a@example.org"), "b@example.net")))
        .isEmpty();
    assertThat(told(rcpt(hook, from("192.0.2.1", ""), "postmaster@example.org")))
        .isEmpty();
  }

  @Test
  void refusesAWindowThatIsShorterThanTheDelay() {
    assertThatThrownBy(() -> hook().set("delay", "3d").create())
        .hasMessageContaining("window must be longer than delay");
  }
}
