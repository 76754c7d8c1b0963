package org.mansio.queue.record;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.mansio.bench.Messages;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.blob.QueuedContent;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The queue's record of a mail of 2 KB whose octets lie in the record itself. */
@State(Scope.Thread)
public class RecordCodecBenchmark {
  // Nothing is read from it or written to it.
  private final BlobStore blobs = BlobStore.counted(Path.of("nowhere"));
  private final RecordCodec codec = new RecordCodec(blobs);
  private final QueueRecord waiting = QueueRecord.Waiting.first(
      new UUID(1, 2),
      Optional.of(new Route("remote", "example.com", "bounces")),
      Instant.ofEpochSecond(1_795_770_930L),
      Optional.empty(),
      mail());
  private final byte[] encoded = codec.encode(waiting);

  private SpooledMail mail() {
    return new SpooledMail(
        new MailId("06DK2M8QZ4T9XKJ3"),
        Envelope.of("newsletter@lists.example.org", "someone@example.com"),
        new QueuedContent(Messages.text(2048, ""), Optional.empty(), blobs),
        Attributes.none(),
        Origin.local(),
        Instant.ofEpochSecond(1_795_770_930L),
        "root",
        0,
        0);
  }

  @Benchmark
  public byte[] encode() {
    return codec.encode(waiting);
  }

  @Benchmark
  public QueueRecord decode() throws DamagedRecordException {
    return codec.decode(encoded);
  }
}
