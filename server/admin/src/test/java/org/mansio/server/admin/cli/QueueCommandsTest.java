package org.mansio.server.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.trace.TraceEvent;

class QueueCommandsTest extends MansioctlFixture {
  @Test
  void theQueueIsListedInPagesAsOneJsonArray() {
    for (int i = 0; i < 1201; i++) {
      arrive("M%04d".formatted(i), "451 4.7.1 \"later\"");
    }

    assertThat(run(List.of("queue", "list", "--json"))).isZero();
    assertThat(printed())
        .startsWith("[{\"id\":\"M0000\",")
        .endsWith("}]\n")
        .contains("\\\"later\\\"");
    assertThat(printed().split("\"id\":")).hasSize(1202);

    assertThat(run(List.of("queue", "list", "--json", "--limit", "2"))).isZero();
    assertThat(printed().split("\"id\":")).hasSize(3);
  }

  @Test
  void aRemoteReplyCannotSteerTheTerminal() {
    arrive("M1", "451 \u001b[2J owned");

    assertThat(run(List.of("queue", "list"))).isZero();
    assertThat(printed()).contains("451 ?[2J owned").doesNotContain("\u001b");
  }

  @Test
  void nothingTouchesTheWholeQueueByASlip() {
    arrive("M1", "x");

    assertThat(run(List.of("queue", "remove"))).isEqualTo(ExitCodes.USAGE);
    assertThat(run(List.of("queue", "remove", "--all", "--preview"))).isZero();
    assertThat(printed()).isEqualTo("1 meant; nothing was done\n");
    assertThat(queue.entries).hasSize(1);

    assertThat(run(List.of("queue", "remove", "--error", "a \"quoted\" word", "--dry-run")))
        .isZero();
    assertThat(printed()).isEqualTo("0 meant; nothing was done\n");
    assertThat(run(List.of("queue", "remove", "--older-than", "0", "--destination", "")))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("the condition 'destination' is empty");
    assertThat(run(List.of("queue", "remove", ""))).isEqualTo(ExitCodes.USAGE);
    assertThat(queue.entries).hasSize(1);
    assertThat(run(List.of("queue", "remove", "M1"))).isZero();
    assertThat(printed()).isEqualTo("1 removed\n");
    assertThat(queue.entries).isEmpty();
  }

  @Test
  void theQueueIsCountedByStateAndByCondition() {
    arrive("M1", "x");

    assertThat(run(List.of("queue", "count"))).isZero();
    assertThat(printed()).contains("deferred      1  2026-01-01T12:00:00Z");
    assertThat(run(List.of("queue", "count", "--json", "--recipient", "example.net")))
        .isZero();
    assertThat(printed()).isEqualTo("[{\"state\":\"any\",\"count\":1,\"oldestArrival\":null}]\n");
  }

  @Test
  void waitingMailIsShownByDomainAndStarted() {
    queue.entries.add(new QueueEntry(
        new MailId("W1"),
        QueueEntry.State.WAITING,
        Optional.empty(),
        List.of(MailAddress.of("bob@example.net")),
        Optional.of("on-demand:example.net"),
        2048,
        Instant.parse("2026-01-01T12:00:00Z"),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty()));

    assertThat(run(List.of("queue", "waiting"))).isZero();
    assertThat(printed())
        .isEqualTo("DOMAIN       COUNT  OCTETS  OLDEST                LANE\n"
            + "example.net      1    2048  2026-01-01T12:00:00Z  on-demand:example.net\n");
    assertThat(run(List.of("queue", "waiting", "example.org", "--json"))).isZero();
    assertThat(printed()).isEqualTo("[]\n");
    assertThat(run(List.of("queue", "count", "--state", "waiting"))).isZero();
    assertThat(printed()).contains("waiting      1");

    assertThat(run(List.of("queue", "start", "net", "--subdomains"))).isZero();
    assertThat(printed()).isEqualTo("1 started\n");
    assertThat(run(List.of("queue", "start"))).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void mailThatIsNotQueuedExits66() {
    assertThat(run(List.of("queue", "show", "NOSUCH"))).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flush example.net",
        "hold M1",
        "release --state held",
        "retry M1",
        "bounce M1 --reason no",
        "move --older-than 1h --to remote:example.org",
        "pause example.net",
        "resume example.net",
        "destinations"
      })
  void everyVerbOfTheQueueWorks(String verb) {
    arrive("M1", "x");

    assertThat(run(List.of(("queue " + verb).split(" ")))).isZero();
    assertThat(printed()).isNotBlank();
  }

  @Test
  void destinationsTellWhyTheyAreNotServed() {
    arrive("M1", "x");

    assertThat(run(List.of("queue", "destinations"))).isZero();
    assertThat(printed())
        .contains("AT ONCE")
        .containsPattern("mails 100/1h30m +rate +2026-01-01T12:30:00Z");
    assertThat(run(List.of("queue", "destinations", "--json"))).isZero();
    assertThat(printed())
        .contains("\"concurrency\":5")
        .contains("\"rates\":[{\"counts\":\"mails\",\"limit\":100,\"seconds\":5400}]")
        .contains("\"hindrance\":\"rate\"")
        .contains("\"hinderedUntil\":\"2026-01-01T12:30:00Z\"");
  }

  @Test
  void theTraceShowsDetails() {
    trace.record(new TraceEvent(
        Instant.parse("2026-01-01T12:00:00.123456Z"),
        new MailId("M1"),
        TraceEvent.Kind.DELIVERED,
        "store:",
        "stored",
        Map.of("recipient", "alice@example.org")));

    assertThat(run(List.of("trace", "M1"))).isZero();
    assertThat(printed())
        .contains("2026-01-01T12:00:00.123Z  M1")
        .contains("delivered")
        .contains("stored recipient=alice@example.org");
    assertThat(run(List.of("trace", "M1", "--json"))).isZero();
    assertThat(printed()).contains("\"details\":{\"recipient\":\"alice@example.org\"}");
    assertThat(run(List.of("trace", "M2"))).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void aListOfNothingHasItsHead() {
    assertThat(run(List.of("queue", "list"))).isZero();
    assertThat(printed()).startsWith("ID  STATE");
    assertThat(run(List.of("queue", "list", "--json"))).isZero();
    assertThat(printed()).isEqualTo("[]\n");
  }

  @Test
  void theQueueTellsItsLimitAndWhatIsDamagedAndGivesThatUp() {
    queue.limit = OptionalLong.of(1);
    queue.damaged.add("journal/damaged-1-700");
    arrive("M1", "x");

    assertThat(run(List.of("queue", "status"))).isZero();
    assertThat(printed()).contains("no: full", "limit", "journal/damaged-1-700");
    assertThat(run(List.of("queue", "forget-damaged"))).isZero();
    assertThat(printed()).contains("1 deleted");
    assertThat(run(List.of("queue", "status", "--json"))).isZero();
    assertThat(printed())
        .isEqualTo("[{\"refuses\":\"full\",\"records\":1,\"limit\":1,\"damaged\":[]}]\n");
  }
}
