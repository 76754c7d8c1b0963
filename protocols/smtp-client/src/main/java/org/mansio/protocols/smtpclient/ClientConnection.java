package org.mansio.protocols.smtpclient;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.core.TurnedChannel;
import org.mansio.spi.mail.EnhancedStatus;

/**
 * A session with a peer: greeted, introduced, protected and authenticated as its options say, ready for mail. One thread
 * at a time uses it.
 */
final class ClientConnection {
  private static final EnhancedStatus UNREACHABLE = EnhancedStatus.parse("4.4.1");
  private static final EnhancedStatus LOST = EnhancedStatus.parse("4.4.2");
  private static final EnhancedStatus TLS_NEEDED = EnhancedStatus.parse("4.7.4");
  private static final EnhancedStatus TLS_FAILED = EnhancedStatus.parse("4.7.5");
  private static final EnhancedStatus AUTH_FAILED = EnhancedStatus.parse("4.7.8");
  private static final int COMMAND_UNKNOWN_FROM = 500;

  private final Peer peer;
  private final ClientOptions options;
  private final Wire wire;
  private Extensions extensions = Extensions.none();
  private boolean protectedByTls;
  private int mails;
  private boolean usable = true;
  private boolean resetNeeded;

  private ClientConnection(Peer peer, ClientOptions options, Wire wire) {
    this.peer = peer;
    this.options = options;
    this.wire = wire;
    this.protectedByTls = options.tls() == TlsMode.IMPLICIT;
  }

  /**
   * Opens a session. Where TLS is opportunistic and its handshake fails, a second connection goes without.
   *
   * @throws ConnectFailure when there is no session to be had with this peer
   */
  static ClientConnection open(ClientLoops loops, ClientTls tls, Peer peer, ClientOptions options)
      throws ConnectFailure, InterruptedException {
    return open(loops, tls, peer, options, TlsObserver.none());
  }

  /**
   * The same, and tells what became of STARTTLS.
   *
   * @throws ConnectFailure when there is no session to be had with this peer
   */
  static ClientConnection open(
      ClientLoops loops, ClientTls tls, Peer peer, ClientOptions options, TlsObserver observer)
      throws ConnectFailure, InterruptedException {
    boolean handshakeFailed = false;
    while (true) {
      observer.connecting(peer);
      Wire wire = connect(loops, tls, peer, options);
      ClientConnection connection = new ClientConnection(peer, options, wire);
      boolean ready = false;
      try {
        connection.introduce(tls, handshakeFailed, observer);
        ready = true;
        return connection;
      } catch (TlsFailure e) {
        observer.opened(peer, TlsOutcome.Problem.of(e));
        if (!options.tls().mayBePlain()) {
          throw connection.failure(TLS_FAILED, "TLS failed: " + e.getMessage(), e);
        }
        // RFC 7435 §4.1: what can't be protected opportunistically goes unprotected.
        handshakeFailed = true;
      } catch (IOException e) {
        throw connection.failure(LOST, String.valueOf(e.getMessage()), e);
      } finally {
        if (!ready) {
          wire.close();
        }
      }
    }
  }

  /**
   * Begins a session on a connection that the peer opened and whose roles were swapped then: TLS and identities stay as they
   * are (RFC 2645 §6).
   *
   * @throws ConnectFailure when the peer doesn't become a server
   */
  static ClientConnection over(TurnedChannel turned, ClientOptions options)
      throws ConnectFailure, InterruptedException {
    Peer peer = new Peer(turned.remote().getAddress().getHostAddress(), turned.remote());
    ClientConnection connection = new ClientConnection(peer, options, Wire.over(turned));
    connection.protectedByTls = turned.tlsDescription().isPresent();
    boolean ready = false;
    try {
      connection.greeted();
      connection.hello();
      ready = true;
      return connection;
    } catch (IOException e) {
      throw connection.failure(LOST, String.valueOf(e.getMessage()), e);
    } finally {
      if (!ready) {
        connection.wire.close();
      }
    }
  }

  private static Wire connect(ClientLoops loops, ClientTls tls, Peer peer, ClientOptions options)
      throws ConnectFailure, InterruptedException {
    try {
      return Wire.connect(loops, tls, peer, options);
    } catch (TlsFailure e) {
      throw new ConnectFailure(
          TLS_FAILED, Optional.of(peer.name()), peer + ": TLS failed: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ConnectFailure(UNREACHABLE, Optional.empty(), peer + ": " + e.getMessage(), e);
    }
  }

  private void introduce(ClientTls tls, boolean plainOnly, TlsObserver observer)
      throws IOException, InterruptedException, ConnectFailure {
    greeted();
    hello();
    boolean wanted =
        options.tls() == TlsMode.REQUIRED || options.tls() == TlsMode.OPPORTUNISTIC && !plainOnly;
    if (wanted && extensions.startTls()) {
      startTls(tls, observer);
    } else if (wanted) {
      withoutStartTls(observer, "STARTTLS isn't offered");
      if (options.tls() == TlsMode.REQUIRED) {
        throw withoutTls("TLS is required and not offered");
      }
    }
    if (options.credentials().isPresent()) {
      authenticate(options.credentials().get());
    }
  }

  private void greeted() throws IOException, InterruptedException, ConnectFailure {
    Reply greeting = wire.reply(options.timeouts().greeting(), "the connection");
    if (!greeting.isPositive()) {
      throw refused(greeting);
    }
  }

  private void hello() throws IOException, InterruptedException, ConnectFailure {
    String verb = options.protocol() == Protocol.LMTP ? "LHLO" : "EHLO";
    Reply reply = command(verb + " " + options.heloName(), verb);
    if (reply.isPositive()) {
      extensions = Extensions.of(reply);
      return;
    }
    // RFC 5321 §3.2: a host that doesn't know EHLO may know HELO. LMTP has nothing older than LHLO
    // (RFC 2033 §4.1).
    if (options.protocol() == Protocol.SMTP && reply.code() >= COMMAND_UNKNOWN_FROM) {
      extensions = Extensions.none();
      reply = command("HELO " + options.heloName(), "HELO");
    }
    if (!reply.isPositive()) {
      throw refused(reply);
    }
  }

  private void startTls(ClientTls tls, TlsObserver observer)
      throws IOException, InterruptedException, ConnectFailure {
    ClientTls.Handshake handshake = tls.handshake(peer, options.verification(), wire.allocator());
    Reply reply = wire.startTls(handshake.handler(), options.timeouts().command());
    if (reply.isReadyForTls()) {
      protectedByTls = true;
      observer.opened(peer, handshake.outcome());
      // RFC 3207 §4.2: all that was said before counts no more.
      hello();
      return;
    }
    withoutStartTls(observer, "STARTTLS is refused: " + reply.text());
    if (options.tls() == TlsMode.REQUIRED) {
      String reason = "TLS is required and refused: " + reply.text();
      throw reply.isTemporary() ? failure(TLS_NEEDED, reason, null) : withoutTls(reason);
    }
  }

  private void withoutStartTls(TlsObserver observer, String reason) {
    observer.opened(peer, new TlsOutcome.Problem(TlsOutcome.Kind.STARTTLS_NOT_SUPPORTED, reason));
  }

  private void authenticate(Credentials credentials)
      throws IOException, InterruptedException, ConnectFailure {
    try {
      Login.of(
              credentials, extensions.mechanisms(), protectedByTls || options.tls() == TlsMode.NONE)
          .perform(line -> command(line, "AUTH"));
    } catch (Login.Failure e) {
      // Temporary whatever the host says: a wrong password is mended by the operator, and no
      // sender's fault.
      throw failure(AUTH_FAILED, String.valueOf(e.getMessage()), null);
    }
  }

  /** Sends a command and waits for its reply. */
  Reply command(String line, String stage) throws IOException, InterruptedException {
    wire.send(List.of(line));
    return wire.reply(options.timeouts().command(), stage);
  }

  private ConnectFailure refused(Reply reply) {
    EnhancedStatus status = EnhancedStatus.ofReplyCode(reply.isPermanent() ? reply.code() : 400);
    return new ConnectFailure(
        reply.isPermanent() || reply.isTemporary() ? reply.statusOr(status) : status,
        Optional.of(peer.name()),
        reply.text());
  }

  private ConnectFailure failure(EnhancedStatus status, String reason, @Nullable Throwable cause) {
    String diagnostic = peer + ": " + reason;
    return cause == null
        ? new ConnectFailure(status, Optional.of(peer.name()), diagnostic)
        : new ConnectFailure(status, Optional.of(peer.name()), diagnostic, cause);
  }

  private ConnectFailure withoutTls(String reason) {
    return new ConnectFailure(TLS_NEEDED, Optional.of(peer.name()), peer + ": " + reason, true);
  }

  Peer peer() {
    return peer;
  }

  ClientOptions options() {
    return options;
  }

  Wire wire() {
    return wire;
  }

  Extensions extensions() {
    return extensions;
  }

  /** Mails offered over it so far. */
  int mails() {
    return mails;
  }

  void countMail() {
    mails++;
  }

  /** Whether the peer may still hold a transaction that was not finished. */
  boolean resetNeeded() {
    return resetNeeded;
  }

  void resetNeeded(boolean needed) {
    resetNeeded = needed;
  }

  /** Whether another mail may follow. */
  boolean usable() {
    return usable && wire.isOpen() && !wire.hasEvent();
  }

  /** No further mail; what comes in for the present one is still read. */
  void retire() {
    usable = false;
  }

  /** No further mail: its state isn't known any more. Closes it. */
  void abandon() {
    usable = false;
    wire.close();
  }
}
