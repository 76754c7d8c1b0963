package org.mansio.queue.activemq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.queue.DurableMailQueue;
import org.mansio.queue.FreeSpace;
import org.mansio.queue.QueueSettings;
import org.mansio.queue.activemq.FilesBelow;
import org.mansio.queue.outgoing.LaneLimits;
import org.mansio.queue.outgoing.Outgoing.OutgoingSettings;
import org.mansio.queue.outgoing.RetrySchedule;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.testkit.MemoryTransports;
import org.mansio.spi.testkit.queue.ScriptedTransport;
import org.mansio.spi.trace.TraceLog;

/** A disk that is full loses nothing, repeats nothing, and is forgotten as soon as there is room. */
class FullDiskTest {
  private static final int FILE_OCTETS = 256 << 10;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir
  Path directory;

  private final JournalDisk disk = new JournalDisk();
  private final ScriptedTransport transport = new ScriptedTransport("test");
  private final Set<String> deferred = ConcurrentHashMap.newKeySet();
  private final List<DurableMailQueue> opened = new ArrayList<>();

  @AfterEach
  void close() {
    disk.free();
    opened.forEach(queue -> queue.close(GRACE));
  }

  private DurableMailQueue open(Path where) throws QueueException {
    return open(where, disk::freeOctets);
  }

  private DurableMailQueue open(Path where, FreeSpace space) throws QueueException {
    OutgoingSettings outgoing = new OutgoingSettings(
        new LaneLimits(10, HOUR, HOUR),
        new RetrySchedule(List.of(HOUR), Duration.ofDays(5), List.of()),
        OptionalInt.empty(),
        Duration.ofMillis(300));
    DurableMailQueue queue = new DurableMailQueue(
        new QueueSettings(where, 1 << 16, 1 << 16, 0, 1, outgoing),
        new JournalLog(where.resolve("journal"), disk::journal, FILE_OCTETS, disk::probe),
        space,
        TraceLog.none(),
        InstantSource.system());
    opened.add(queue);
    queue.open();
    return queue;
  }

  /** Lets it deliver: each domain is a lane of its own. */
  private void start(DurableMailQueue queue) {
    MemoryTransports transports = new MemoryTransports();
    deferred.forEach(domain -> transport.answer(domain, ScriptedTransport::deferred));
    transports.register(transport);
    queue.start(
        mail -> new ProcessingResult(
            List.of(),
            mail.envelope().recipients().stream()
                .map(recipient ->
                    new Dispatch(mail, new Route("test", recipient.address().domain(), "bounces")))
                .toList(),
            List.of()),
        transports);
  }

  /** The destinations of all attempts. */
  private List<String> tried() {
    return transport.attempts().stream()
        .map(attempt -> attempt.route().destination())
        .toList();
  }

  private static SpooledMail mail(String domain) {
    return SpooledMail.arriving(
        Envelope.of("a@example.org", "b@" + domain),
        Content.of("Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        Origin.local());
  }

  private static long count(DurableMailQueue queue, QueueEntry.State state) {
    return queue.control().counts().stream()
        .filter(count -> count.state() == state)
        .mapToLong(count -> count.count())
        .sum();
  }

  private static Set<String> spooled(DurableMailQueue queue) throws Exception {
    Set<String> domains = new TreeSet<>();
    try (Stream<QueueEntry> entries = queue.control().list(QueueFilter.all())) {
      entries.forEach(entry -> domains.add(entry.recipients().getFirst().domain()));
    }
    return domains;
  }

  private static void assertRefuses(DurableMailQueue queue) {
    assertThatThrownBy(() -> queue.enqueue(mail("refused.example")))
        .isInstanceOfSatisfying(
            QueueException.class,
            e -> assertThat(e.reason()).isEqualTo(QueueException.Reason.FULL));
    assertThat(queue.refusal()).contains(QueueException.Reason.FULL);
  }

  private static void awaitRoom(DurableMailQueue queue) {
    await().atMost(LIMIT).until(() -> queue.refusal().equals(Optional.empty()));
  }

  /** As the files are at this moment, which is what a killed process leaves. */
  private Path killed(String name) throws IOException {
    Path copy = directory.resolve(name);
    // What is deleted in between lives on in a later file.
    for (Path file : FilesBelow.of(directory.resolve("queue"))) {
      Path to = copy.resolve(directory.resolve("queue").relativize(file));
      Files.createDirectories(to.getParent());
      JournalFixture.copy(file, to);
    }
    return copy;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 40, 150})
  void whatWasTakenIsKeptAndMoreIsTakenWhenThereIsRoomAlsoByAProcessThatIsKilled(int octets)
      throws Exception {
    DurableMailQueue queue = open(directory.resolve("queue"));
    Set<String> taken = new TreeSet<>();
    for (int i = 0; i < 5; i++) {
      queue.enqueue(mail("before" + i + ".example"));
      taken.add("before" + i + ".example");
    }
    disk.fill(octets);

    for (int i = 0; i < 3; i++) {
      assertRefuses(queue);
    }
    Path whileFull = killed("full");
    disk.free();
    awaitRoom(queue);
    queue.enqueue(mail("after.example"));

    Path later = killed("later");
    assertThat(spooled(open(whileFull))).isSubsetOf(withRefused(taken)).containsAll(taken);
    taken.add("after.example");
    assertThat(spooled(open(later))).isEqualTo(taken);
  }

  /** What was being refused when the process was killed may be there: nobody was told that it is not. */
  private static Set<String> withRefused(Set<String> taken) {
    Set<String> all = new TreeSet<>(taken);
    all.add("refused.example");
    return all;
  }

  @Test
  void whatIsDeferredOrDeliveredWhileItIsFullIsTriedOnce() throws Exception {
    DurableMailQueue queue = open(directory.resolve("queue"));
    deferred.add("deferred.example");
    for (String domain : List.of("deferred.example", "delivered.example")) {
      queue.enqueue(mail(domain));
    }
    disk.fill(20);

    start(queue);
    await().atMost(LIMIT).until(() -> tried().size() >= 2);
    assertRefuses(queue);
    disk.free();

    await()
        .atMost(LIMIT)
        .until(() -> count(queue, QueueEntry.State.DEFERRED) == 1
            && count(queue, QueueEntry.State.SPOOL) == 0);
    assertThat(tried()).containsExactlyInAnyOrder("deferred.example", "delivered.example");
    DurableMailQueue after = open(killed("killed"));
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(spooled(after)).containsExactly("deferred.example"));
  }

  @Test
  void anEntryThatIsDeferredAgainWhileItIsFullCountsItsAttempts() throws Exception {
    DurableMailQueue queue = open(directory.resolve("queue"));
    deferred.add("deferred.example");
    start(queue);
    queue.enqueue(mail("deferred.example"));
    await().atMost(LIMIT).until(() -> count(queue, QueueEntry.State.DEFERRED) == 1);
    disk.fill(60);

    queue.control().retry(QueueFilter.all());
    await().atMost(LIMIT).until(() -> tried().size() == 2);
    assertRefuses(queue);
    disk.free();

    await().atMost(LIMIT).until(() -> count(queue, QueueEntry.State.DEFERRED) == 1);
    assertThat(tried()).hasSize(2);
    try (Stream<QueueEntry> entries = queue.control().list(QueueFilter.all())) {
      assertThat(entries).singleElement().returns(2, QueueEntry::attempts);
    }
  }

  @Test
  void aBodyStaysAsLongAsTheRecordThatRefersToItMayComeBack() throws Exception {
    DurableMailQueue queue = open(directory.resolve("queue"));
    queue.enqueue(mail("large.example").withContent(Content.of(new byte[100_000])));
    disk.fill(0);

    start(queue);
    await().atMost(LIMIT).until(() -> tried().contains("large.example"));
    await().atMost(LIMIT).until(() -> count(queue, QueueEntry.State.SPOOL) == 0);

    // That it was delivered and is over can't be written.
    Path killed = killed("killed");
    disk.free();
    await().atMost(LIMIT).until(() -> blobs(directory.resolve("queue")) == 0);
    assertThat(spooled(open(killed))).containsExactly("large.example");
    assertThat(blobs(killed)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 40, 1 << 20})
  void theBodyOfARefusedMailGoesOnceItIsCertainThatItsRecordIsNotThere(int octets)
      throws Exception {
    DurableMailQueue queue = open(directory.resolve("queue"), () -> Long.MAX_VALUE);
    queue.enqueue(mail("before.example").withContent(Content.of(new byte[100_000])));
    disk.fill(octets);

    assertThatThrownBy(
            () -> queue.enqueue(mail("refused.example").withContent(Content.of(new byte[100_000]))))
        .isInstanceOf(QueueException.class);

    assertThat(blobs(directory.resolve("queue"))).isEqualTo(2);
    Path whileFull = killed("full");
    disk.free();
    await().atMost(LIMIT).until(() -> blobs(directory.resolve("queue")) == 1);
    // A process that was killed meanwhile has the bodies of all that it finds.
    Set<Integer> sizes = ConcurrentHashMap.newKeySet();
    for (String domain : List.of("before.example", "refused.example")) {
      transport.answer(domain, delivery -> {
        sizes.add(octets(delivery.mail().content()));
        return ScriptedTransport.delivered(delivery);
      });
    }
    DurableMailQueue after = open(whileFull);
    start(after);
    await().atMost(LIMIT).until(() -> count(after, QueueEntry.State.SPOOL) == 0);
    assertThat(tried()).contains("before.example");
    assertThat(sizes).containsExactly(100_000);
  }

  private static int octets(Content content) {
    try (InputStream in = content.open()) {
      return in.readAllBytes().length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long blobs(Path where) throws IOException {
    return FilesBelow.of(where.resolve("blobs")).size();
  }

  @Test
  void itStartsOnAFullDiskDeliversWhatIsThereAndTakesMoreWhenThereIsRoom() throws Exception {
    DurableMailQueue before = open(directory.resolve("queue"));
    before.enqueue(mail("waits.example"));
    disk.fill(0);
    assertRefuses(before);
    Path killed = killed("killed");

    DurableMailQueue queue = open(killed);
    start(queue);

    assertThat(queue.refusal()).contains(QueueException.Reason.FULL);
    await().atMost(LIMIT).until(() -> tried().contains("waits.example"));
    assertRefuses(queue);
    disk.free();
    awaitRoom(queue);
    queue.enqueue(mail("after.example"));
    await().atMost(LIMIT).until(() -> tried().contains("after.example"));
    await().atMost(LIMIT).until(() -> count(queue, QueueEntry.State.SPOOL) == 0);
    assertThat(tried()).containsExactlyInAnyOrder("waits.example", "after.example");
  }
}
