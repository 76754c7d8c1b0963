package org.mansio.queue.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.mansio.queue.blob.BlobSlice;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.blob.QueuedContent;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

class RecordCodecTest {
  private final BlobStore blobs = BlobStore.counted(Path.of("target"));
  private final RecordCodec codec = new RecordCodec(blobs);

  @Property(tries = 300)
  void whatIsReadIsWhatWasWritten(@ForAll("records") QueueRecord record) throws Exception {
    QueueRecord read = codec.decode(codec.encode(record));

    assertThat(codec.encode(read)).isEqualTo(codec.encode(record));
    assertThat(withoutContent(read)).isEqualTo(withoutContent(record));
  }

  @Property(tries = 200)
  void aRecordThatEndsTooEarlyIsDamaged(
      @ForAll("records") QueueRecord record, @ForAll double where) {
    byte[] octets = codec.encode(record);
    int length = (int) (Math.abs(where % 1) * octets.length);

    assertThatThrownBy(() -> codec.decode(Arrays.copyOf(octets, length)))
        .isInstanceOf(DamagedRecordException.class);
  }

  @Property(tries = 1000)
  void anyOctetsAreReadOrRefused(@ForAll byte[] octets) {
    byte[] record = octets.clone();
    if (record.length > 1) {
      record[0] = (byte) (1 + Math.floorMod(record[0], 2));
      record[1] = (byte) (1 + Math.floorMod(record[1], 5));
    }
    try {
      assertThat(codec.decode(record)).isNotNull();
    } catch (DamagedRecordException e) {
      assertThat(e).hasMessageMatching("[^\\p{Cntrl}]+");
    }
  }

  @Example
  void theFormatOfVersionOneStaysAsItIs() throws Exception {
    UUID id = new UUID(1, 2);
    SpooledMail mail = new SpooledMail(
        new MailId("ID"),
        Envelope.of("a@b", "c@d"),
        new QueuedContent(new byte[] {'x'}, Optional.empty(), blobs),
        Attributes.none().with("n", new AttributeValue.Flag(true)),
        Origin.local(),
        Instant.ofEpochSecond(1),
        "root",
        0,
        0);
    String expected = "01010000000000000001000000000000000202494401016101620101630164000000"
        + "0e45494748545f4249545f4d494d4500000000"
        + "01016e0301056c6f63616c056c6f63616c0000000000010004726f6f74000001780" + "0";

    assertThat(HexFormat.of().formatHex(codec.encode(new QueueRecord.Spooled(id, mail))))
        .isEqualTo(expected);
  }

  @Example
  void anEntryOfVersionOneIsOneWhoseSenderHeardOfNoDelay() throws Exception {
    SpooledMail mail = new SpooledMail(
        new MailId("ID"),
        Envelope.of("a@b", "c@d"),
        new QueuedContent(new byte[] {'x'}, Optional.empty(), blobs),
        Attributes.none(),
        Origin.local(),
        Instant.ofEpochSecond(1),
        "root",
        0,
        0);
    QueueRecord.Waiting expected = new QueueRecord.Waiting(
        new UUID(1, 2),
        3,
        Optional.of(new Route("t", "d", "f")),
        true,
        4,
        Instant.ofEpochSecond(5),
        Optional.of("e"),
        Optional.empty(),
        mail);
    String versionOne = "01020000000000000001000000000000000203010174016401660104050001" + "0165"
        + "02494401016101620101630164000000"
        + "0e45494748545f4249545f4d494d4500000000"
        + "00056c6f63616c056c6f63616c0000000000010004726f6f740000017800";

    QueueRecord read = codec.decode(HexFormat.of().parseHex(versionOne));

    assertThat(withoutContent(read)).isEqualTo(withoutContent(expected));
  }

  @Example
  void aTimeBeyondAllBoundsIsDamageToo() {
    QueueRecord.Waiting waiting = QueueRecord.Waiting.first(
        new UUID(1, 2),
        Optional.empty(),
        Instant.ofEpochSecond(1),
        Optional.empty(),
        new SpooledMail(
            new MailId("ID"),
            Envelope.of("a@b", "c@d"),
            new QueuedContent(new byte[0], Optional.empty(), blobs),
            Attributes.none(),
            Origin.local(),
            Instant.ofEpochSecond(1),
            "root",
            0,
            0));
    String seconds = "ffffffffffffffff7f";
    String hex = HexFormat.of().formatHex(codec.encode(waiting));
    // Behind version, kind, id, generation, route, hold and attempts: seconds and nanoseconds.
    int due = 2 * (2 + 16 + 4);
    byte[] octets =
        HexFormat.of().parseHex(hex.substring(0, due) + seconds + seconds + hex.substring(due + 4));

    assertThatThrownBy(() -> codec.decode(octets)).isInstanceOf(DamagedRecordException.class);
  }

  @Example
  void aNewerVersionIsRefusedByName() {
    assertThatThrownBy(() -> codec.decode(new byte[] {3, 1}))
        .isInstanceOf(DamagedRecordException.class)
        .hasMessageContaining("version 3");
  }

  private static QueueRecord withoutContent(QueueRecord record) {
    return switch (record) {
      case QueueRecord.Spooled spooled ->
        new QueueRecord.Spooled(spooled.id(), withoutContent(spooled.mail()));
      case QueueRecord.Waiting w ->
        new QueueRecord.Waiting(
            w.id(),
            w.generation(),
            w.route(),
            w.held(),
            w.attempts(),
            w.due(),
            w.lastError(),
            w.warned(),
            withoutContent(w.mail()));
      case QueueRecord.Ended ended -> ended;
      case QueueRecord.Mark mark -> mark;
    };
  }

  private static final Content NOTHING = Content.of(new byte[0]);

  private static SpooledMail withoutContent(SpooledMail mail) {
    return mail.withContent(NOTHING);
  }

  // ---- arbitrary records ----

  @Provide
  Arbitrary<QueueRecord> records() {
    Arbitrary<UUID> ids = Arbitraries.create(UUID::randomUUID);
    Arbitrary<QueueRecord> spooled = Combinators.combine(ids, mails()).as(QueueRecord.Spooled::new);
    Arbitrary<Route> routes = Combinators.combine(texts(), texts(), texts()).as(Route::new);
    Arbitrary<QueueRecord> waiting = Combinators.combine(
            ids,
            Arbitraries.integers().between(1, Integer.MAX_VALUE),
            routes.optional(),
            Arbitraries.integers().between(0, Integer.MAX_VALUE),
            instants(),
            texts().optional(),
            instants().optional(),
            mails())
        .as((id, generation, route, attempts, due, error, warned, mail) -> new QueueRecord.Waiting(
            id, generation, route, attempts % 2 == 0, attempts, due, error, warned, mail));
    Arbitrary<QueueRecord> ended = ids.map(id -> new QueueRecord.Ended(id, 7));
    return Arbitraries.oneOf(spooled, waiting, ended, ids.map(QueueRecord.Mark::new));
  }

  private Arbitrary<SpooledMail> mails() {
    return Combinators.combine(
            Arbitraries.create(MailId::next),
            envelopes(),
            contents(),
            attributes(),
            origins(),
            instants(),
            texts(),
            Arbitraries.integers().between(0, 1000))
        .as((id, envelope, content, attributes, origin, arrival, processor, number) ->
            new SpooledMail(
                id, envelope, content, attributes, origin, arrival, processor, number, number + 1));
  }

  private Arbitrary<QueuedContent> contents() {
    Arbitrary<BlobSlice> slices = Arbitraries.longs()
        .between(0, Long.MAX_VALUE)
        .map(n -> new BlobSlice(UUID.randomUUID().toString(), n, n / 2));
    return Combinators.combine(Arbitraries.bytes().array(byte[].class), slices.optional())
        .as((head, slice) -> new QueuedContent(head, slice, blobs));
  }

  private Arbitrary<Envelope> envelopes() {
    return Combinators.combine(
            addresses().optional(),
            recipients().list().ofMaxSize(5),
            Arbitraries.of(BodyType.class),
            Arbitraries.of(true, false),
            Arbitraries.of(Envelope.ReturnContent.class).optional(),
            texts().optional(),
            Arbitraries.maps(texts(), texts()).ofMaxSize(3))
        .as(Envelope::new);
  }

  private Arbitrary<MailAddress> addresses() {
    return Combinators.combine(texts(), texts()).as(MailAddress::new);
  }

  private Arbitrary<Recipient> recipients() {
    Arbitrary<Set<Recipient.Notify>> notify = Arbitraries.of(List.of(
        Set.of(),
        Set.of(Recipient.Notify.NEVER),
        EnumSet.of(Recipient.Notify.SUCCESS),
        EnumSet.complementOf(EnumSet.of(Recipient.Notify.NEVER))));
    Arbitrary<RecipientStatus> status = Combinators.combine(
            Arbitraries.of(RecipientStatus.Action.class),
            Arbitraries.integers().between(0, 999).map(n -> new EnhancedStatus(5, n, 999 - n)),
            texts().optional(),
            texts(),
            instants())
        .as(RecipientStatus::new);
    return Combinators.combine(addresses(), notify, texts().optional(), status.optional())
        .as(Recipient::new);
  }

  private Arbitrary<Attributes> attributes() {
    Arbitrary<AttributeValue> values = Arbitraries.oneOf(
        texts().map(AttributeValue.Text::new),
        Arbitraries.longs().map(AttributeValue.Whole::new),
        Arbitraries.of(true, false).map(AttributeValue.Flag::new),
        texts().list().ofMaxSize(3).map(AttributeValue.Texts::new));
    return Arbitraries.maps(texts(), values)
        .ofMaxSize(4)
        .map(map -> new Attributes(Map.copyOf(map)));
  }

  private Arbitrary<Origin> origins() {
    Arbitrary<Optional<String>> part = texts().optional();
    return Combinators.combine(texts(), texts(), part, part, part, part, part).as(Origin::new);
  }

  private Arbitrary<Instant> instants() {
    return Combinators.combine(
            Arbitraries.longs().between(-1_000_000_000L, 100_000_000_000L),
            Arbitraries.integers().between(0, 999_999_999))
        .as(Instant::ofEpochSecond);
  }

  /** Any text that UTF-8 can carry: all that comes from the wire or the configuration. */
  private Arbitrary<String> texts() {
    return Arbitraries.strings().withCharRange('\0', '\ud7ff').ofMaxLength(20);
  }
}
