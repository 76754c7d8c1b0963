package org.mansio.protocols.smtpclient;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.smtp.SmtpProbe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers mails to SMTP and LMTP hosts over connections that it keeps for the next mail. Blocking, made for virtual
 * threads; thread-safe. Opens nothing before the first mail.
 */
public final class SmtpClient implements AutoCloseable {
  /** What a transaction may be allowed at most: its commands are made and sent in one piece. */
  public static final int MAX_RECIPIENTS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(SmtpClient.class);
  private static final EnhancedStatus LOST = EnhancedStatus.parse("4.4.2");

  /** RFC 8689 §4.2.1: encryption needed. */
  private static final EnhancedStatus NEEDS_TLS = EnhancedStatus.parse("5.7.10");

  private final ClientTls tls;
  private final ClientLoops loops = new ClientLoops();
  private final ConnectionPool pool;
  private final int maxRecipients;

  public SmtpClient(ClientTls tls, PoolLimits limits) {
    this(tls, limits, Transaction.USUAL_RECIPIENTS);
  }

  /**
   * A client with a limit of its own.
   *
   * @param maxRecipients recipients of one transaction at most, whatever a peer offers; from 1 to {@link
   *     #MAX_RECIPIENTS}
   */
  public SmtpClient(ClientTls tls, PoolLimits limits, int maxRecipients) {
    if (maxRecipients < 1 || maxRecipients > MAX_RECIPIENTS) {
      throw new IllegalArgumentException("a transaction can't have " + maxRecipients);
    }
    this.tls = tls;
    this.pool = new ConnectionPool(limits);
    this.maxRecipients = maxRecipients;
  }

  /**
   * Offers a mail to a peer, in as many transactions as its recipients need.
   *
   * <p>A failure that names no remote host is our own decision about what this peer offers: 5.3.4 larger than it takes, 5.4.7
   * needs DELIVERBY, 5.6.3 needs a conversion that can't be done, 5.6.7 needs SMTPUTF8, 5.7.10 needs TLS with a verified
   * certificate, 5.7.30 needs REQUIRETLS. Another host for the same domain may take it.
   *
   * @return a result for each recipient; when the thread is interrupted on the way it stays so, and what is not certain by
   *     then is deferred
   * @throws ConnectFailure when there was no session with this peer; none of the mail was offered
   * @throws InterruptedException when interrupted before any of the mail was offered
   */
  public Map<Recipient, RecipientResult> send(
      Peer peer, ClientOptions options, Envelope envelope, Content content)
      throws ConnectFailure, InterruptedException {
    return send(peer, options, envelope, content, TlsObserver.none());
  }

  /** The same, and tells what became of TLS on connections that it opens. */
  public Map<Recipient, RecipientResult> send(
      Peer peer, ClientOptions options, Envelope envelope, Content content, TlsObserver observer)
      throws ConnectFailure, InterruptedException {
    Map<Recipient, RecipientResult> results = new LinkedHashMap<>();
    OutgoingMessage message = new OutgoingMessage(content, envelope.body());
    ClientOptions how = options.forMail(envelope);
    List<Recipient> open = List.copyOf(new LinkedHashSet<>(envelope.recipients()));
    while (!open.isEmpty()) {
      try {
        open = sendSome(peer, how, envelope.withRecipients(open), message, results, observer);
      } catch (ConnectFailure e) {
        if (ClientOptions.demandsVerifiedTls(envelope) && e.withoutVerifiedTls()) {
          RecipientResult failure = new RecipientResult.Failed(
              NEEDS_TLS, Optional.empty(), String.valueOf(e.getMessage()));
          open.forEach(recipient -> results.put(recipient, failure));
          return results;
        }
        if (results.isEmpty()) {
          throw e;
        }
        open.forEach(recipient -> results.put(recipient, e.result()));
        return results;
      } catch (InterruptedException e) {
        if (results.isEmpty()) {
          throw e;
        }
        Thread.currentThread().interrupt();
        open.forEach(recipient -> results.put(
            recipient, new RecipientResult.Deferred(LOST, Optional.empty(), "interrupted")));
        return results;
      }
    }
    return results;
  }

  /**
   * Asks a peer whether it would take mail for an address, over a connection of its own, and sends none.
   *
   * @param sender empty for the null reverse-path
   * @throws ConnectFailure when there was no session with this peer
   */
  public SmtpProbe.Answer probe(
      Peer peer, ClientOptions options, Optional<MailAddress> sender, MailAddress recipient)
      throws ConnectFailure, InterruptedException {
    return Probe.ask(ClientConnection.open(loops, tls, peer, options), sender, recipient);
  }

  /** One transaction; gives the recipients that are still to be offered. */
  private List<Recipient> sendSome(
      Peer peer,
      ClientOptions options,
      Envelope envelope,
      OutgoingMessage message,
      Map<Recipient, RecipientResult> results,
      TlsObserver observer)
      throws ConnectFailure, InterruptedException {
    Optional<ClientConnection> kept = pool.take(peer, options);
    if (kept.isPresent()) {
      try {
        return transact(kept.get(), envelope, message, results);
      } catch (LostBeforeMail e) {
        // The peer had closed it while we took it up; a fresh one settles whether the peer is
        // there.
        LOG.debug("{}: the kept connection was gone: {}", peer, e.getMessage());
      }
    }
    ClientConnection fresh = ClientConnection.open(loops, tls, peer, options, observer);
    try {
      return transact(fresh, envelope, message, results);
    } catch (LostBeforeMail e) {
      throw new ConnectFailure(LOST, Optional.of(peer.name()), peer + ": " + e.getMessage(), e);
    }
  }

  /** As many transactions as the recipients need and the connection is good for; gives those that are left. */
  private List<Recipient> transact(
      ClientConnection connection,
      Envelope envelope,
      OutgoingMessage message,
      Map<Recipient, RecipientResult> results)
      throws LostBeforeMail {
    try {
      List<Recipient> open = offer(connection, envelope, message, results, maxRecipients);
      while (!open.isEmpty() && connection.usable() && !pool.isWorn(connection)) {
        try {
          open = offer(connection, envelope.withRecipients(open), message, results, maxRecipients);
        } catch (LostBeforeMail e) {
          LOG.debug("{}: gone between two transactions: {}", connection.peer(), e.getMessage());
          return open;
        }
      }
      return open;
    } finally {
      pool.give(connection);
    }
  }

  /**
   * One transaction over a connection; gives the recipients that are still to be offered.
   *
   * @param most recipients at once, if the peer takes so many
   */
  static List<Recipient> offer(
      ClientConnection connection,
      Envelope envelope,
      OutgoingMessage message,
      Map<Recipient, RecipientResult> results,
      int most)
      throws LostBeforeMail {
    List<Recipient> open = envelope.recipients();
    List<Recipient> now = ofOneTransaction(open, connection.extensions(), most);
    boolean concluded = false;
    try {
      Transaction transaction = new Transaction(connection, envelope.withRecipients(now), message);
      results.putAll(transaction.run());
      List<Recipient> next = new ArrayList<>(transaction.tooMany());
      if (now.size() < open.size()) {
        Set<Recipient> offered = new HashSet<>(now);
        open.stream().filter(recipient -> !offered.contains(recipient)).forEach(next::add);
      }
      concluded = true;
      return next;
    } finally {
      if (!concluded) {
        // Perhaps in the middle of a message: the next mail would become part of this one.
        connection.abandon();
      }
    }
  }

  /** The first recipients, as many and of as many domains as the peer takes at once (RFC 9422 §4). */
  private static List<Recipient> ofOneTransaction(
      List<Recipient> open, Extensions extensions, int limit) {
    if (open.size() == 1) {
      return open;
    }
    long most = Math.min(limit, extensions.maxRecipients().orElse(limit));
    long mostDomains = extensions.maxDomains().orElse(Long.MAX_VALUE);
    List<Recipient> now = new ArrayList<>();
    Set<String> domains = new HashSet<>();
    for (Recipient recipient : open) {
      String domain = recipient.address().domain();
      if (now.size() < most && (domains.contains(domain) || domains.size() < mostDomains)) {
        domains.add(domain);
        now.add(recipient);
      }
    }
    return now;
  }

  /** Whether a connection to the peer waits for a mail: a mail that has a choice of equal hosts goes there. */
  public boolean hasConnection(Peer peer, ClientOptions options) {
    return pool.has(peer, options);
  }

  /** Connections that wait for a mail now. */
  public int keptConnections() {
    return pool.size();
  }

  /** Says goodbye on all kept connections and stops. What is under way loses its connection within a second or two. */
  @Override
  public void close() {
    pool.close();
    loops.close();
  }
}
