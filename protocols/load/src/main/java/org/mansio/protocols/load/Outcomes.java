package org.mansio.protocols.load;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of a run's mails. Thread-safe. */
final class Outcomes {
  /** Where in a transaction something was refused. */
  enum Stage {
    CONNECT,
    HELLO,
    STARTTLS,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    DOT,
    RESET,
    QUIT
  }

  final Numbers acknowledged = new Numbers();

  /** The message was sent whole and the connection lost: it may arrive or not. */
  final Numbers uncertain = new Numbers();

  /** No recipient, or not the message, was taken. */
  final LongAdder refused = new LongAdder();

  /** Dropped within the message, as asked. */
  final LongAdder aborted = new LongAdder();

  /** The connection was lost before the end of the message. */
  final LongAdder lost = new LongAdder();

  final LongAdder connections = new LongAdder();
  final LongAdder failedConnections = new LongAdder();

  /** From MAIL to the last reply. */
  final Latencies latencies = new Latencies();

  /** From the end of the message until the last reply to it. */
  final Latencies verdicts = new Latencies();

  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

  /** A command was answered with 4xx or 5xx. */
  void refusal(Stage stage, int code) {
    refusals
        .computeIfAbsent(stage.name().toLowerCase(Locale.ROOT) + ":" + code, k -> new LongAdder())
        .increment();
  }

  /** @param mails that the run should have sent */
  Map<String, Object> view(int mails) {
    long done =
        acknowledged.total() + uncertain.total() + refused.sum() + aborted.sum() + lost.sum();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("mails", mails);
    view.put("acknowledged", acknowledged.total());
    view.put("refused", refused.sum());
    view.put("uncertain", uncertain.total());
    view.put("lost", lost.sum());
    view.put("aborted", aborted.sum());
    view.put("unsent", mails - done);
    view.put("connections", connections.sum());
    view.put("failedConnections", failedConnections.sum());
    view.put("refusals", new TreeMap<>(refusals));
    view.put("latency", latencies.view());
    view.put("verdictLatency", verdicts.view());
    return view;
  }
}
