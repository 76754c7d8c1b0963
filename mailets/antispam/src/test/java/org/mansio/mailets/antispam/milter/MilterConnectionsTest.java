package org.mansio.mailets.antispam.milter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.testkit.FakeSmtpSession;

/** How milters are connected to. */
class MilterConnectionsTest {
  private static final Verdict NO_OPINION = Verdict.decline();

  @Test
  void speaksThroughASocketFile(@TempDir Path folder) {
    try (Watched watched = new Watched(FakeMilter.unix(folder.resolve("m.sock")))) {
      assertThat(watched.whole()).isEqualTo(NO_OPINION);
      assertThat(watched.milter.codes()).isEqualTo("OCHMRRTLLLNBE");
    }
  }

  @Test
  void speaksOldVersions() {
    try (Watched watched = new Watched(
        FakeMilter.inet().negotiating(FakeMilter.negotiation(2, 0x3F, 0)), "protocol", "4")) {
      assertThat(watched.whole()).isEqualTo(NO_OPINION);
      watched.quit();
      await().until(() -> watched.milter.codes().endsWith("Q"));
      assertThat(watched.milter.codes()).isEqualTo("OCHMRRLLLNBEQ");
    }
  }

  @Test
  void usesAConnectionForTheNextSession() {
    try (Watched watched = new Watched(FakeMilter.inet())) {
      watched.whole();
      watched.quit();
      await().until(() -> watched.milter.codes().endsWith("K"));
      watched.session = Watched.session("2");
      assertThat(watched.whole()).isEqualTo(NO_OPINION);
      assertThat(watched.milter.codes()).isEqualTo("OCHMRRTLLLNBEKCHMRRTLLLNBE");
      assertThat(watched.milter.connections()).isEqualTo(1);
    }
  }

  @Test
  void opensAnotherConnectionWhereTheKeptOneIsClosed() {
    try (Watched watched = new Watched(FakeMilter.inet())) {
      watched.whole();
      watched.quit();
      await().until(() -> watched.milter.codes().endsWith("K"));
      watched.milter.hangUp();
      watched.session = Watched.session("2");
      assertThat(watched.whole()).isEqualTo(NO_OPINION);
      assertThat(watched.milter.connections()).isEqualTo(2);
    }
  }

  @Test
  void keepsNoConnectionWhereNoneIsWanted() {
    try (Watched watched = new Watched(FakeMilter.inet(), "idleConnections", "0")) {
      watched.whole();
      watched.quit();
      await().until(() -> watched.milter.codes().endsWith("Q"));
    }
  }

  @Test
  void countsTheSessionsOfAClient() {
    FakeServices services = new FakeServices();
    try (FakeMilter milter = FakeMilter.inet()) {
      MilterHook hook = Watched.hook(milter.address(), services);
      FakeSmtpSession first = Watched.session("1");
      FakeSmtpSession second = Watched.session("2");
      hook.onConnect(first);
      hook.onConnect(second);
      assertThat(milter.macros('C')).containsEntry("{client_connections}", "2");
      hook.onQuit(first);
      hook.onQuit(second);
      FakeSmtpSession third = Watched.session("3");
      hook.onConnect(third);
      assertThat(milter.macros('C')).containsEntry("{client_connections}", "1");
    }
  }
}
