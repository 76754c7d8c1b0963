package org.mansio.protocols.smtp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;

/**
 * What hooks have said of a session and of the transaction under way, kept until there is a mail in whose trace it can
 * stand. Bounded. For the session's thread only.
 */
final class HookTrail {
  /** Remarks kept of a session, and of a transaction: a mail to very many recipients must not fill the trace. */
  private static final int MAX_REMARKS = 50;

  private record Remark(Instant at, String hook, String text) {}

  private List<Remark> ofConnection = List.of();
  private List<Remark> ofSession = List.of();
  private List<Remark> ofTransaction = List.of();
  private Optional<String> connectionDiscarded = Optional.empty();
  private Optional<String> sessionDiscarded = Optional.empty();
  private Optional<String> transactionDiscarded = Optional.empty();

  void add(boolean inTransaction, String hook, String text) {
    Remark remark = new Remark(Instant.now(), hook, text);
    if (inTransaction) {
      ofTransaction = with(ofTransaction, remark);
    } else {
      ofSession = with(ofSession, remark);
    }
  }

  private static List<Remark> with(List<Remark> remarks, Remark remark) {
    List<Remark> result = remarks.isEmpty() ? new ArrayList<>(2) : remarks;
    if (result.size() < MAX_REMARKS) {
      result.add(remark);
    }
    return result;
  }

  /** The mail under way is to be dropped at its end; outside of a transaction, all mail of the session. */
  void discard(boolean inTransaction, String reason) {
    if (inTransaction) {
      transactionDiscarded = Optional.of(reason);
    } else {
      sessionDiscarded = Optional.of(reason);
    }
  }

  /** Why the mail under way is to be dropped; empty when it isn't. */
  Optional<String> discarded() {
    return sessionDiscarded.or(() -> transactionDiscarded);
  }

  /** Puts all that was said into the trace of a mail. */
  void record(TraceLog trace, MailId id, String listener) {
    record(ofSession, trace, id, listener);
    record(ofTransaction, trace, id, listener);
  }

  private static void record(List<Remark> remarks, TraceLog trace, MailId id, String listener) {
    for (Remark remark : remarks) {
      trace.record(new TraceEvent(
          remark.at(),
          id,
          TraceEvent.Kind.NOTE,
          listener + "/" + remark.hook(),
          remark.text(),
          Map.of()));
    }
  }

  void endTransaction() {
    ofTransaction = List.of();
    transactionDiscarded = Optional.empty();
  }

  /** What was said until now is of the connection, before the client has said anything. */
  void endConnect() {
    ofConnection = List.copyOf(ofSession);
    connectionDiscarded = sessionDiscarded;
  }

  /** RFC 3207 §4.2: of what the client has said nothing is known any more; of the connection is. */
  void backToConnect() {
    endTransaction();
    ofSession = new ArrayList<>(ofConnection);
    sessionDiscarded = connectionDiscarded;
  }

  void clear() {
    endTransaction();
    ofSession = List.of();
    sessionDiscarded = Optional.empty();
    endConnect();
  }
}
