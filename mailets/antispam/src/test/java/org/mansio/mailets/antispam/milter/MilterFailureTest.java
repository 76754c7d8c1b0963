package org.mansio.mailets.antispam.milter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.mailets.antispam.milter.FakeMilter.CLOSE;
import static org.mansio.mailets.antispam.milter.FakeMilter.CONTINUE;
import static org.mansio.mailets.antispam.milter.FakeMilter.SILENCE;
import static org.mansio.mailets.antispam.milter.FakeMilter.body;
import static org.mansio.mailets.antispam.milter.FakeMilter.reply;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.testkit.FakeServices;

/** A milter that is away, dies, hangs or talks nonsense. */
@Timeout(60)
class MilterFailureTest {
  private static final Verdict NO_OPINION = Verdict.decline();

  private static int code(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Temporary temporary -> temporary.reply().code();
      case Verdict.Permanent permanent -> permanent.reply().code();
      default -> 0;
    };
  }

  @ParameterizedTest
  @ValueSource(chars = {'O', 'C', 'H', 'M', 'R', 'T', 'L', 'N', 'B', 'E'})
  void thatDiesAtAnyStageRefusesTheMailForNow(char stage) {
    try (Watched watched = new Watched(FakeMilter.inet().on(stage, CLOSE))) {
      if (stage == 'C' || stage == 'H' || stage == 'O') {
        // Each new connection ends there.
        assertThat(watched.connect()).isEqualTo(NO_OPINION);
        assertThat(watched.helo()).isEqualTo(NO_OPINION);
      }
      assertThat(code(watched.message())).isEqualTo(451);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"accept", "temporary", "reject", "quarantine"})
  void isAnsweredForAsConfigured(String action) {
    try (Watched watched = new Watched(FakeMilter.inet().on('R', CLOSE), "defaultAction", action)) {
      watched.mail();
      int expected =
          Map.of("accept", 0, "temporary", 451, "reject", 550, "quarantine", 0).get(action);
      assertThat(code(watched.rcpt("a@example.org"))).isEqualTo(expected);
      assertThat(code(watched.rcpt("b@example.org"))).isEqualTo(expected);
      Verdict end = watched.data();
      assertThat(code(end)).isEqualTo(expected);
      assertThat(end instanceof Verdict.Changed changed
              && changed.mail().attributes().contains(Attributes.QUARANTINE))
          .isEqualTo(action.equals("quarantine"));
    }
  }

  @Test
  void isAskedAnewAboutTheNextMessage() {
    try (Watched watched = new Watched(FakeMilter.inet().on('R', CLOSE).on('R', CONTINUE))) {
      assertThat(code(watched.message())).isEqualTo(451);
      assertThat(watched.message()).isEqualTo(NO_OPINION);
      assertThat(watched.milter.codes()).isEqualTo("OCHMROCHMRRTLLLNBE");
    }
  }

  @ParameterizedTest
  @ValueSource(chars = {'O', 'C', 'M', 'R', 'B', 'E'})
  void thatHangsIsGivenUp(char stage) {
    try (Watched watched = new Watched(
        FakeMilter.inet().on(stage, SILENCE),
        "commandTimeout",
        "200ms",
        "messageTimeout",
        "200ms")) {
      assertThat(code(watched.message())).isEqualTo(451);
    }
  }

  @Test
  void thatIsAwayIsNotWaitedForAgain(@TempDir Path folder) {
    MilterHook hook = Watched.hook("unix:" + folder.resolve("none"), new FakeServices());
    try (FakeMilter silent = FakeMilter.inet().on('O', SILENCE);
        Watched watched = new Watched(silent, "commandTimeout", "200ms")) {
      for (int i = 0; i < 100; i++) {
        watched.session = Watched.session("s" + i);
        assertThat(code(watched.message())).isEqualTo(451);
        watched.quit();
      }
      assertThat(silent.connections()).isEqualTo(1);
      assertThat(watched.hook.sessions()).isZero();
    }
    assertThat(hook.onConnect(Watched.session("x"))).isEqualTo(NO_OPINION);
  }

  @Test
  void isTriedAgainByOneAtATimeAfterAPause() {
    AtomicLong clock = new AtomicLong(1);
    Availability availability = new Availability(clock::get);
    assertThat(availability.mayTry()).isTrue();
    assertThat(availability.failed()).isTrue();
    assertThat(availability.failed()).isFalse();
    assertThat(availability.mayTry()).isFalse();
    clock.addAndGet(Availability.PAUSE.toNanos());
    assertThat(Stream.generate(availability::mayTry).limit(3)).containsExactly(true, false, false);
    assertThat(availability.succeeded()).isTrue();
    assertThat(availability.succeeded()).isFalse();
    assertThat(availability.mayTry()).isTrue();
  }

  @Test
  void thatTalksNonsenseIsLost() {
    for (List<Packet> nonsense : List.of(
        List.of(reply('?')),
        List.of(reply('h', "X-Early", "v")),
        List.of(reply('f')),
        List.of(reply('c', "more")),
        List.of(new Packet('h', new byte[200_000])))) {
      try (Watched watched =
          new Watched(FakeMilter.inet().on('R', nonsense), "maxPacket", "70000")) {
        assertThat(code(watched.message())).describedAs(nonsense.toString()).isEqualTo(451);
      }
    }
  }

  @Test
  void thatReplacesTheBodyWithoutHavingAskedIsLost() {
    try (Watched watched = new Watched(FakeMilter.inet()
        .negotiating(FakeMilter.negotiation(6, 0x1, 0))
        .on('E', body("new"), reply('c')))) {
      assertThat(code(watched.whole())).isEqualTo(451);
    }
  }

  @Test
  void thatIsStillAtWorkIsWaitedFor() {
    Packet[] progress = Stream.generate(() -> reply('p')).limit(300).toArray(Packet[]::new);
    progress[299] = reply('r');
    try (Watched watched = new Watched(FakeMilter.inet().on('E', progress))) {
      assertThat(code(watched.whole())).isEqualTo(550);
    }
  }

  @Test
  void isInterruptedWithItsHook() throws InterruptedException {
    try (Watched watched = new Watched(FakeMilter.inet().on('E', SILENCE).on('E', CONTINUE))) {
      Thread hook = Thread.ofVirtual().start(watched::whole);
      org.awaitility.Awaitility.await().until(() -> watched.milter.codes().endsWith("E"));
      hook.interrupt();
      assertThat(hook.join(Duration.ofSeconds(30))).isTrue();
      assertThat(code(watched.message())).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:25",
        "inet:25",
        "inet:0@localhost",
        "inet:99999@localhost",
        "unix:",
        "tcp:1@a",
        ""
      })
  void hasNoSuchAddress(String text) {
    MilterHookFactory factory = new MilterHookFactory();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Settings.ofTexts(factory.settings(), Map.of("address", text)))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void hasAnAddressOfSendmailsForm() throws InvalidSettingException {
    for (String text : List.of("inet:8891@localhost", "inet6:8891@::1", "unix:/run/m.sock")) {
      assertThat(MilterAddress.parse(text)).hasToString(text);
    }
    assertThat(MilterAddress.parse("local:/run/m.sock")).hasToString("unix:/run/m.sock");
    assertThat(MilterAddress.parse("inet:8891@[::1]")).hasToString("inet:8891@::1");
  }
}
