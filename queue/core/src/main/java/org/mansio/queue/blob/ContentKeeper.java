package org.mansio.queue.blob;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.Content;

/**
 * Decides where the octets of a mail rest. In the spool, what is small lies in the record: one sync for envelope and body.
 * So it does in an outgoing entry, which may rest for days, unless records at rest lie in memory: they then stay small, and
 * bodies that come together share one blob and its sync. Content that is in a blob already stays there, also under a changed head. Thread-safe.
 */
public final class ContentKeeper {
  /** The largest edited head that is kept in an outgoing entry's record, octets, where entries at rest lie in memory. */
  private static final int ENTRY_HEAD = 2048;

  /** The largest array that flattening makes, octets; what is longer is copied by stream. */
  private static final int FLAT_LIMIT = 1 << 20;

  private final BlobStore blobs;
  private final int inlineLimit;
  private final boolean smallEntries;

  /**
   * @param inlineLimit the largest content that a record holds itself, octets
   * @param smallEntries whether records of entries are to hold hardly any
   */
  public ContentKeeper(BlobStore blobs, int inlineLimit, boolean smallEntries) {
    this.blobs = blobs;
    this.inlineLimit = inlineLimit;
    this.smallEntries = smallEntries;
  }

  /** The content as a spool record holds it; its blob, if any, is on stable storage. */
  public QueuedContent forSpool(Content content) throws IOException {
    QueuedContent flat = flatten(content);
    return flat.head().length <= inlineLimit ? flat : inBlob(blobs.write(flat));
  }

  /** The contents as outgoing entries hold them, by identity of the given ones. */
  public Map<Content, QueuedContent> forEntries(Collection<Content> contents) throws IOException {
    Map<Content, QueuedContent> result = new IdentityHashMap<>();
    List<Content> small = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    for (Content content : contents) {
      if (result.containsKey(content)) {
        continue;
      }
      QueuedContent flat = flatten(content);
      boolean referred = flat.tail().isPresent();
      if (flat.head().length <= (smallEntries ? ENTRY_HEAD : inlineLimit)
          && (referred || !smallEntries)) {
        result.put(content, flat);
      } else if (referred || flat.head().length > inlineLimit) {
        result.put(content, inBlob(blobs.write(flat)));
      } else {
        result.put(content, flat);
        small.add(content);
        bodies.add(flat.head());
      }
    }
    if (!bodies.isEmpty()) {
      List<BlobSlice> slices = blobs.pack(bodies);
      for (int i = 0; i < slices.size(); i++) {
        result.put(small.get(i), inBlob(slices.get(i)));
      }
    }
    return result;
  }

  private QueuedContent inBlob(BlobSlice slice) {
    return new QueuedContent(new byte[0], Optional.of(slice), blobs);
  }

  private QueuedContent flatten(Content content) throws IOException {
    if (content instanceof QueuedContent queued) {
      return queued;
    }
    if (content instanceof ArrivingContent.Spilled spilled) {
      return inBlob(spilled.adopt());
    }
    if (content instanceof Content.Prepended edited && edited.head().length <= inlineLimit) {
      return prepend(edited.head(), flatten(edited.rest()), edited.offset());
    }
    return content.size() <= FLAT_LIMIT
        ? new QueuedContent(content.bytes(FLAT_LIMIT), Optional.empty(), blobs)
        : inBlob(blobs.write(content));
  }

  private QueuedContent prepend(byte[] head, QueuedContent rest, long offset) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(head.length + rest.head().length);
    octets.writeBytes(head);
    int skipped = (int) Math.min(offset, rest.head().length);
    octets.write(rest.head(), skipped, rest.head().length - skipped);
    return new QueuedContent(
        octets.toByteArray(), rest.tail().map(tail -> tail.skip(offset - skipped)), blobs);
  }
}
