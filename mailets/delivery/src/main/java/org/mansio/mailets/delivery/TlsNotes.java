package org.mansio.mailets.delivery;

import java.util.Optional;
import org.mansio.mailets.delivery.tls.HostTls;
import org.mansio.mailets.delivery.tlsreport.FailureDetail;
import org.mansio.mailets.delivery.tlsreport.TlsResults;
import org.mansio.protocols.smtpclient.Peer;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.protocols.smtpclient.TlsObserver;
import org.mansio.protocols.smtpclient.TlsOutcome;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.trace.TraceEvent;
import org.mansio.spi.trace.TraceLog;

/**
 * Notes which TLS policy held for a host and what came of it, for the trace of the mail and for reports to the domain; and
 * how many connections that took. For one attempt; used by one thread.
 */
final class TlsNotes implements TlsObserver {
  private final TraceLog trace;
  private final TlsResults results;
  private final Delivery delivery;
  private Optional<HostTls.Use> current = Optional.empty();
  private Optional<TlsOutcome> outcome = Optional.empty();
  private int connections;

  TlsNotes(TraceLog trace, TlsResults results, Delivery delivery) {
    this.trace = trace;
    this.results = results;
    this.delivery = delivery;
  }

  /** The mail goes to a host next. */
  void begin(HostTls.Use use) {
    current = Optional.of(use);
    outcome = Optional.empty();
  }

  @Override
  public void connecting(Peer peer) {
    connections++;
  }

  /** How many connections were opened, or tried to. */
  int connections() {
    return connections;
  }

  @Override
  public void opened(Peer peer, TlsOutcome result) {
    outcome = Optional.of(result);
    current.ifPresent(use -> {
      switch (result) {
        case TlsOutcome.Problem problem ->
          results.failure(use.reported(), FailureDetail.of(problem).at(peer));
        case TlsOutcome.Protected done ->
          use.flaw()
              .ifPresentOrElse(
                  flaw -> results.failure(use.reported(), flaw.at(peer)),
                  () -> results.success(use.reported()));
      }
    });
  }

  /** The host has answered, or can't be reached. */
  void end(Peer peer) {
    current.ifPresent(use -> note(peer, use.reason() + "; " + came(use)));
    current = Optional.empty();
  }

  private String came(HostTls.Use use) {
    if (use.options().tls() == TlsMode.NONE) {
      return "no TLS";
    }
    return outcome
        .map(result -> switch (result) {
          case TlsOutcome.Protected done ->
            done.description()
                + (use.options().verification().authenticates() ? ", verified" : ", not verified");
          case TlsOutcome.Problem problem -> problem.detail();
        })
        .orElse("no new session");
  }

  /** The host gets no mail. */
  void avoided(Peer peer, HostTls.Avoid avoid) {
    avoid.flaw().ifPresent(flaw -> results.failure(avoid.reported(), flaw.at(peer)));
    note(peer, avoid.reason() + "; not used: " + avoid.result().diagnostic());
  }

  private void note(Peer peer, String text) {
    trace.record(TraceEvent.now(
        delivery.mail().id(),
        TraceEvent.Kind.NOTE,
        delivery.route().lane(),
        "TLS to " + peer + ": " + text));
  }
}
