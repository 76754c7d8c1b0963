package org.mansio.queue.outgoing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.mansio.queue.blob.BlobSlice;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.blob.ContentKeeper;
import org.mansio.queue.blob.QueuedContent;
import org.mansio.queue.log.Append;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.mail.Content;
import org.mansio.spi.queue.SpooledMail;

/**
 * Turns what came of a mail into records: makes the contents durable first, and holds their blobs for the new records, so
 * that none is deleted between the append and the records' arrival. Thread-safe.
 */
public final class ProductWriter {
  private final ContentKeeper keeper;
  private final RecordCodec codec;
  private final BlobStore blobs;

  public ProductWriter(ContentKeeper keeper, RecordCodec codec, BlobStore blobs) {
    this.keeper = keeper;
    this.codec = codec;
    this.blobs = blobs;
  }

  /**
   * Records and entries with durable contents.
   *
   * @param append not yet in the log
   * @param entries as given, with contents that a record can keep
   * @param blobs that records hold, by the records' ids
   */
  public record Products(
      Append append, List<QueueRecord.Waiting> entries, Map<UUID, String> blobs) {
    /** All of them, for one append. */
    public static Products together(List<Products> parts) {
      return new Products(
          new Append(
              parts.stream().flatMap(part -> part.append().spool().stream()).toList(),
              parts.stream().flatMap(part -> part.append().entries().stream()).toList()),
          parts.stream().flatMap(part -> part.entries().stream()).toList(),
          parts.stream()
              .flatMap(part -> part.blobs().entrySet().stream())
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
  }

  /** Lets go of the blobs of records of which it is certain that they aren't in the log, and won't be. */
  public void giveUp(Products products) {
    products.blobs().forEach((holder, blob) -> blobs.release(blob, holder));
  }

  /** @throws IOException when the disk refuses a body; nothing is to be appended then */
  public Products encode(List<SpooledMail> mails, List<QueueRecord.Waiting> entries)
      throws IOException {
    Map<Content, QueuedContent> contents =
        keeper.forEntries(entries.stream().map(entry -> entry.mail().content()).toList());
    Map<UUID, String> own = new HashMap<>();
    List<byte[]> spool = new ArrayList<>();
    Map<Content, QueuedContent> spooled = new IdentityHashMap<>();
    for (SpooledMail mail : mails) {
      // A body that an entry keeps in a blob anyway is shared, unless each record has a blob for
      // itself; copies of one mail share theirs.
      QueuedContent content = blobs.areShared()
          ? spooled.get(mail.content())
          : contents.getOrDefault(mail.content(), spooled.get(mail.content()));
      if (content == null) {
        content = keeper.forSpool(mail.content());
        spooled.put(mail.content(), content);
      }
      spool.add(encodeSpooled(mail, content, own));
    }
    List<QueueRecord.Waiting> durable = new ArrayList<>();
    List<Append.Entry> records = new ArrayList<>();
    for (QueueRecord.Waiting entry : entries) {
      QueuedContent content = Objects.requireNonNull(contents.get(entry.mail().content()));
      QueueRecord.Waiting kept =
          entry.withMail(entry.mail().withContent(held(content, entry.id(), own)));
      durable.add(kept);
      records.add(new Append.Entry(keyOf(kept), codec.encode(kept)));
    }
    blobs.sync(own.values());
    contents.values().forEach(this::leave);
    spooled.values().forEach(this::leave);
    return new Products(new Append(spool, records), durable, own);
  }

  private byte[] encodeSpooled(SpooledMail mail, QueuedContent content, Map<UUID, String> own)
      throws IOException {
    UUID id = UUID.randomUUID();
    return codec.encode(new QueueRecord.Spooled(id, mail.withContent(held(content, id, own))));
  }

  /** The content as the record with this id refers to it. */
  private QueuedContent held(QueuedContent content, UUID holder, Map<UUID, String> own)
      throws IOException {
    if (content.tail().isEmpty()) {
      return content;
    }
    BlobSlice slice = blobs.own(content.tail().get(), holder);
    own.put(holder, slice.name());
    blobs.hold(slice.name(), holder);
    return new QueuedContent(content.head(), Optional.of(slice), blobs);
  }

  private void leave(QueuedContent content) {
    content.tail().map(BlobSlice::name).ifPresent(blobs::leave);
  }

  private static String keyOf(QueueRecord.Waiting entry) {
    return entry.route().map(route -> route.lane()).orElse(entry.mail().id().value());
  }
}
