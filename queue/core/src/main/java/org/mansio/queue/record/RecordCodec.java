package org.mansio.queue.record;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.mansio.queue.blob.BlobStore;
import org.mansio.spi.queue.Route;

/**
 * The binary form of records: version, kind, then the parts in a fixed order, without names. An enum constant is kept by
 * its name, so that their order may change. Deterministic; thread-safe.
 *
 * <p>A version that adds parts is read by its own branch; records of all former versions stay readable, since mail written
 * before an upgrade waits in the queue.
 */
public final class RecordCodec {
  /** Each kind is written in the version that last changed it. */
  private static final int VERSION = 1;

  /** Tells of an entry's last delay warning. */
  private static final int WITH_WARNED = 2;

  private static final int NEWEST = WITH_WARNED;
  private static final int SPOOLED = 1;
  private static final int WAITING = 2;
  private static final int ENDED = 3;
  private static final int MARK = 4;

  private final MailCodec mails;

  /** @param blobs what contents of decoded mails read from */
  public RecordCodec(BlobStore blobs) {
    this.mails = new MailCodec(blobs);
  }

  /** @throws IllegalArgumentException when a mail's content isn't one that the queue keeps */
  public byte[] encode(QueueRecord record) {
    RecordOutput out = new RecordOutput();
    out.octet(record instanceof QueueRecord.Waiting ? WITH_WARNED : VERSION);
    switch (record) {
      case QueueRecord.Spooled spooled ->
        mails.write(out.octet(SPOOLED).id(spooled.id()), spooled.mail());
      case QueueRecord.Waiting waiting -> {
        out.octet(WAITING).id(waiting.id()).number(waiting.generation());
        out.optional(
            waiting.route(),
            (o, route) ->
                o.text(route.transport()).text(route.destination()).text(route.failureProcessor()));
        out.flag(waiting.held()).number(waiting.attempts()).instant(waiting.due());
        out.optional(waiting.lastError(), RecordOutput::text);
        out.optional(waiting.warned(), RecordOutput::instant);
        mails.write(out, waiting.mail());
      }
      case QueueRecord.Ended ended -> out.octet(ENDED).id(ended.id()).number(ended.generation());
      case QueueRecord.Mark mark -> out.octet(MARK).id(mark.id());
    }
    return out.octets();
  }

  /** @throws DamagedRecordException when the octets aren't a record that this version knows */
  public QueueRecord decode(byte[] octets) throws DamagedRecordException {
    try {
      RecordInput in = new RecordInput(octets);
      int version = in.octet();
      if (version < VERSION || version > NEWEST) {
        throw new DamagedRecordException("version " + version
            + " of the queue's records; this server reads " + VERSION + " to " + NEWEST);
      }
      QueueRecord record = read(in, version);
      in.end();
      return record;
    } catch (RuntimeException e) {
      // Values and records refuse what can't be, each in its own way.
      throw new DamagedRecordException("a value can't be: " + e.getMessage(), e);
    }
  }

  /** The id of a record that {@link #encode} made. */
  public static UUID idOf(byte[] encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded, 2, 2 * Long.BYTES);
    return new UUID(in.getLong(), in.getLong());
  }

  private QueueRecord read(RecordInput in, int version) throws DamagedRecordException {
    int kind = in.octet();
    UUID id = in.id();
    return switch (kind) {
      case SPOOLED -> new QueueRecord.Spooled(id, mails.read(in));
      case WAITING -> readWaiting(id, in, version);
      case ENDED -> new QueueRecord.Ended(id, in.integer());
      case MARK -> new QueueRecord.Mark(id);
      default -> throw new DamagedRecordException("unknown kind of record: " + kind);
    };
  }

  private QueueRecord readWaiting(UUID id, RecordInput in, int version)
      throws DamagedRecordException {
    int generation = in.integer();
    Optional<Route> route = in.optional(i -> new Route(i.text(), i.text(), i.text()));
    boolean held = in.flag();
    int attempts = in.integer();
    return new QueueRecord.Waiting(
        id,
        generation,
        route,
        held,
        attempts,
        in.instant(),
        in.optional(RecordInput::text),
        version < WITH_WARNED ? Optional.empty() : in.optional(RecordInput::instant),
        mails.read(in));
  }
}
