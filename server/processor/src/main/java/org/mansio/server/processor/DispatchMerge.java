package org.mansio.server.processor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.Route;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;

/**
 * Brings parts of a mail that split and then went the same way together again: one entry of the outgoing queue, one
 * transaction with the next server. Only what is equal but for its recipients is merged, under the id that came first.
 */
final class DispatchMerge {
  private DispatchMerge() {}

  private record Key(Route route, Envelope envelope, Attributes attributes, Same content) {}

  /** Equal when it is the same object: octets aren't compared. */
  private static final class Same {
    private final Content content;

    Same(Content content) {
      this.content = content;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Same same && isSame(content, same.content);
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Content one, Content other) {
      return one == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(content);
    }
  }

  static List<Dispatch> merge(List<Dispatch> dispatches, TraceLog trace) {
    if (dispatches.size() < 2) {
      return dispatches;
    }
    Map<Key, List<Dispatch>> groups = new LinkedHashMap<>();
    for (Dispatch dispatch : dispatches) {
      groups.computeIfAbsent(key(dispatch), k -> new ArrayList<>(1)).add(dispatch);
    }
    return groups.values().stream().map(group -> join(group, trace)).toList();
  }

  private static Key key(Dispatch dispatch) {
    return new Key(
        dispatch.route(),
        dispatch.mail().envelope().withRecipients(List.of()),
        dispatch.mail().attributes(),
        new Same(dispatch.mail().content()));
  }

  private static Dispatch join(List<Dispatch> group, TraceLog trace) {
    Dispatch first = group.getFirst();
    if (group.size() == 1) {
      return first;
    }
    Set<Recipient> recipients = new LinkedHashSet<>();
    for (Dispatch dispatch : group) {
      recipients.addAll(dispatch.mail().envelope().recipients());
      if (!dispatch.mail().id().equals(first.mail().id())) {
        trace.record(TraceEvent.now(
            dispatch.mail().id(),
            TraceEvent.Kind.SENT,
            "chain",
            "goes on together with " + first.mail().id(),
            Map.of("child", first.mail().id().value())));
      }
    }
    Envelope envelope = first.mail().envelope().withRecipients(List.copyOf(recipients));
    return new Dispatch(first.mail().withEnvelope(envelope), first.route());
  }
}
