package org.mansio.mailets.delivery;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mansio.mailets.delivery.route.SourcePool;
import org.mansio.mailets.delivery.tls.HostTls;
import org.mansio.mailets.delivery.tlsreport.SwitchableResults;
import org.mansio.mailets.delivery.tlsreport.TlsResults;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.ConnectFailure;
import org.mansio.protocols.smtpclient.Peer;
import org.mansio.protocols.smtpclient.SmtpClient;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a delivery: offers the mail to the hosts of its ways. Used by one thread. */
final class Attempt {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  /** RFC 3463 §3.5: mail system congestion. */
  private static final EnhancedStatus QUOTA_USED = EnhancedStatus.parse("4.4.5");

  /** RFC 3463 §3.5: unable to route. */
  private static final EnhancedStatus NO_SOURCE = EnhancedStatus.parse("4.4.4");

  /** RFC 3463 §3.4: system incorrectly configured. */
  private static final EnhancedStatus NO_SUCH_POOL = EnhancedStatus.parse("4.3.5");

  /**
   * Hosts that may put a mail off in one attempt. RFC 5321 §5.1 has the next one tried until one takes the mail: the first may
   * be short of room. When the second has no time either it is the destination's trouble, and not the host's.
   */
  private static final int MAX_PUT_OFF = 2;

  /** A reply that puts off, and not a connection that was lost: then it isn't known whether the host has the mail. */
  private static final Pattern TEMPORARY_REPLY = Pattern.compile("4[0-9]{2}( .*)?", Pattern.DOTALL);

  private final Delivery delivery;
  private final HostTransportOptions options;
  private final SmtpClient client;
  private final DeadHosts deadHosts;
  private final TlsResults tlsResults;
  private final TraceLog trace;
  private int connections;

  Attempt(
      Delivery delivery,
      HostTransportOptions options,
      SmtpClient client,
      DeadHosts deadHosts,
      TlsResults tlsResults,
      TraceLog trace) {
    this.delivery = delivery;
    this.options = options;
    this.client = client;
    this.deadHosts = deadHosts;
    this.tlsResults = tlsResults;
    this.trace = trace;
  }

  /** What was found out on one way so far. */
  private static final class Findings {
    // By host: the last failure to reach it, and who answered at any address.
    private final Map<String, RecipientResult> away = new LinkedHashMap<>();
    private final Set<String> answered = new HashSet<>();
    private final Set<String> putOff = new HashSet<>();
    private Optional<RecipientResult> refused = Optional.empty();
    private final boolean byMx;
    private boolean reached;

    Findings(boolean byMx) {
      this.byMx = byMx;
    }

    /** There was no session. */
    void failed(Peer peer, ConnectFailure failure) {
      boolean down = !byMx || !failure.permanent();
      failed(peer, byMx ? failure.result() : later(failure.result()), down);
    }

    /** @param down whether that is for all mail of the lane, and not for this one */
    void failed(Peer peer, RecipientResult result, boolean down) {
      if (result instanceof RecipientResult.Failed) {
        refused = Optional.of(result);
      } else {
        away.put(host(peer), result);
      }
      reached |= !down;
    }

    /** What is known of recipients whom no host has taken. */
    void settle(List<Recipient> open, Map<Recipient, RecipientResult> results) {
      away.keySet().removeAll(answered);
      Optional<RecipientResult> waiting = away.values().stream().reduce((first, last) -> last);
      for (Recipient recipient : open) {
        if (isPutOff(results.get(recipient))) {
          continue;
        }
        // What was found out about the others counts only when none is left that may take the mail.
        waiting.ifPresent(later -> results.put(recipient, later));
        refused.ifPresent(refusal -> results.putIfAbsent(recipient, refusal));
      }
    }
  }

  /**
   * Tries one address after the other until one answers for the mail. A host that takes no mail at all (RFC 7504), or not
   * this one for what it lacks, says nothing about the next; one that couldn't be reached may take the mail later. But no
   * other address of a host that answered: those of IPv6 often can't be reached, and nothing is gained by waiting for them.
   * What a host puts off another may take; that one's refusal doesn't count while the first may take the mail later.
   *
   * @return whether any answered
   */
  boolean run(Way way, Map<Recipient, RecipientResult> results) throws InterruptedException {
    Envelope envelope = delivery.mail().envelope();
    Optional<String> poolName =
        options.sources().nameFor(envelope, delivery.mail().attributes(), way.sourcePool());
    Optional<SourcePool> pool = poolName.flatMap(options.sources()::pool);
    if (poolName.isPresent() && pool.isEmpty()) {
      RecipientResult unknown = new RecipientResult.Deferred(
          NO_SUCH_POOL, Optional.empty(), "there is no pool of addresses " + poolName.get());
      way.recipients().forEach(recipient -> results.put(recipient, unknown));
      return true;
    }
    Findings findings = new Findings(way.byMx());
    List<Recipient> open = offerToAll(way, pool, findings, results);
    if (!open.isEmpty() && !Thread.currentThread().isInterrupted()) {
      findings.settle(open, results);
      RecipientResult unreachable = new RecipientResult.Deferred(
          NO_SOURCE,
          Optional.empty(),
          "no address of the pool " + poolName.orElse("") + " is of the hosts' address family");
      open.forEach(recipient -> results.putIfAbsent(recipient, unreachable));
    }
    return findings.reached;
  }

  /** How many connections it has opened, or tried to; those kept from a former attempt don't count. */
  int connections() {
    return connections;
  }

  /** @return the recipients for whom a host is still missing */
  private List<Recipient> offerToAll(
      Way way,
      Optional<SourcePool> pool,
      Findings findings,
      Map<Recipient, RecipientResult> results)
      throws InterruptedException {
    TlsNotes notes = way.byMx()
        ? new TlsNotes(trace, tlsResults, delivery)
        : new TlsNotes(TraceLog.none(), new SwitchableResults(), delivery);
    try {
      return offerToAll(way, pool, notes, findings, results);
    } finally {
      connections += notes.connections();
    }
  }

  private List<Recipient> offerToAll(
      Way way,
      Optional<SourcePool> pool,
      TlsNotes notes,
      Findings findings,
      Map<Recipient, RecipientResult> results)
      throws InterruptedException {
    Envelope envelope = delivery.mail().envelope();
    List<Recipient> open = way.recipients();
    for (MailHosts.Host host : inOrder(way)) {
      Peer peer = host.peer();
      if (findings.putOff.contains(host(peer))) {
        continue;
      }
      switch (way.policies().apply(host)) {
        case HostTls.Avoid avoid -> {
          notes.avoided(peer, avoid);
          findings.failed(
              peer, avoid.result(), !(avoid.result() instanceof RecipientResult.Failed));
        }
        case HostTls.Use use -> {
          notes.begin(use);
          try {
            Map<Recipient, RecipientResult> answers =
                offer(peer, use.options(), pool, envelope.withRecipients(open), notes, findings);
            answers.forEach(
                (recipient, answer) -> results.merge(recipient, answer, Attempt::better));
            if (answers.values().stream().anyMatch(Attempt::isPutOff)) {
              findings.putOff.add(host(peer));
            }
            boolean another = findings.putOff.size() < MAX_PUT_OFF;
            open = open.stream()
                .filter(recipient -> anotherHostMayTake(answers.get(recipient))
                    || another && isPutOff(answers.get(recipient)))
                .toList();
          } catch (InterruptedException e) {
            // What one host lacked doesn't count when the others weren't asked.
            open.forEach(recipient ->
                results.computeIfPresent(recipient, (r, known) -> isPutOff(known) ? known : null));
            throw e;
          } finally {
            notes.end(peer);
          }
          if (open.isEmpty() || Thread.currentThread().isInterrupted()) {
            return open;
          }
        }
      }
    }
    return open;
  }

  /** By rank, dead ones last; of equal hosts the one first to which a connection waits already. */
  private List<MailHosts.Host> inOrder(Way way) {
    if (way.hosts().size() == 1) {
      return way.hosts();
    }
    return way.hosts().stream()
        .sorted(Comparator.<MailHosts.Host, Boolean>comparing(
                host -> deadHosts.contains(host.peer()))
            .thenComparingInt(MailHosts.Host::rank)
            .thenComparing(host -> !(way.policies().apply(host) instanceof HostTls.Use use
                && client.hasConnection(host.peer(), use.options()))))
        .toList();
  }

  /** @return what the peer answered; nothing when it didn't, which the findings tell */
  private Map<Recipient, RecipientResult> offer(
      Peer peer,
      ClientOptions how,
      Optional<SourcePool> pool,
      Envelope envelope,
      TlsNotes notes,
      Findings findings)
      throws InterruptedException {
    if (pool.isEmpty()) {
      return send(peer, how, envelope, notes, findings);
    }
    Optional<SourcePool.Lease> lease =
        pool.get().take(peer.address().getAddress(), delivery.route().destination());
    if (lease.isEmpty()) {
      if (pool.get().reaches(peer.address().getAddress())) {
        findings.failed(peer, used(pool.get()), false);
      }
      return Map.of();
    }
    boolean sent = false;
    try {
      ClientOptions from = how.withSource(lease.get().source().address());
      Map<Recipient, RecipientResult> answers = send(
          peer,
          lease.get().source().heloName().map(from::withHeloName).orElse(from),
          envelope,
          notes,
          findings);
      sent = answers.values().stream().anyMatch(RecipientResult.Delivered.class::isInstance);
      return answers;
    } finally {
      if (sent) {
        lease.get().used();
      } else {
        lease.get().unused();
      }
    }
  }

  private RecipientResult used(SourcePool pool) {
    return new RecipientResult.Deferred(
        QUOTA_USED,
        Optional.empty(),
        "the addresses of the pool " + pool.name() + " have sent to "
            + delivery.route().destination() + " as much as they may today");
  }

  private Map<Recipient, RecipientResult> send(
      Peer peer, ClientOptions how, Envelope envelope, TlsNotes notes, Findings findings)
      throws InterruptedException {
    try {
      Map<Recipient, RecipientResult> answers =
          client.send(peer, how, envelope, delivery.mail().content(), notes);
      findings.reached = true;
      findings.answered.add(host(peer));
      deadHosts.remove(peer);
      return answers;
    } catch (ConnectFailure e) {
      LOG.debug("{}: {}", options.name(), e.getMessage());
      if (e.unreachable()) {
        deadHosts.add(peer);
      }
      findings.failed(peer, e);
      return Map.of();
    }
  }

  /** A host whatever its address: gateways may be one by name and differ by port. */
  private static String host(Peer peer) {
    return peer.name() + ":" + peer.address().getPort();
  }

  /** A host of the operator's choice that takes no mail at all is for the operator to mend, and no sender's fault. */
  private static RecipientResult later(RecipientResult result) {
    return result instanceof RecipientResult.Failed failed
        ? new RecipientResult.Deferred(
            failed.status().withClass(4), failed.remoteMta(), failed.diagnostic())
        : result;
  }

  private static boolean isPutOff(@Nullable RecipientResult result) {
    return result instanceof RecipientResult.Deferred deferred
        && deferred.remoteMta().isPresent()
        && TEMPORARY_REPLY.matcher(deferred.diagnostic()).matches();
  }

  /** Of the answers of two hosts. */
  private static RecipientResult better(RecipientResult first, RecipientResult next) {
    return isPutOff(first) && !(next instanceof RecipientResult.Delivered) ? first : next;
  }

  /** Refused by ourselves for what this host lacks, such as an extension: RFC 6531 §3.2 lets the next one be tried. */
  private static boolean anotherHostMayTake(@Nullable RecipientResult result) {
    return result == null
        || result instanceof RecipientResult.Failed failed && failed.remoteMta().isEmpty();
  }
}
