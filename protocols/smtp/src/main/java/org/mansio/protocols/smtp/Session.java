package org.mansio.protocols.smtp;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.protocols.core.Connection;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpSession;

/**
 * The state of one session: who is there, what it has done so far, and which mail is under way. For the session's thread
 * only.
 */
final class Session implements SmtpSession {
  private final Connection connection;
  private final String listener;
  private final ListenerOptions options;
  private boolean inRelayNetwork;
  private boolean forAnother;
  private InetSocketAddress local;
  private InetSocketAddress remote;
  private volatile RemoteName remoteName;
  // A hook that was interrupted may still be at work on it.
  private final Map<String, Object> attributes = new ConcurrentHashMap<>();
  private Optional<String> helo = Optional.empty();
  private boolean extended;
  private Optional<String> tls;
  private Optional<MailAddress> authenticated = Optional.empty();
  private Optional<String> mechanism = Optional.empty();
  private MailTransaction mail = MailTransaction.none();
  private Attributes ofConnection = Attributes.none();
  private Attributes ofSession = Attributes.none();
  private final HookTrail trail = new HookTrail();
  private final Tally tally = new Tally();
  private boolean ending;
  private boolean receivingData;

  /** @param remoteName of the connection's other end */
  Session(Connection connection, String listener, ListenerOptions options, RemoteName remoteName) {
    this.connection = connection;
    this.listener = listener;
    this.options = options;
    this.remoteName = remoteName;
    this.tls = connection.tlsDescription();
    this.local = connection.local();
    this.remote = connection.remote();
    this.inRelayNetwork = isInRelayNetwork();
  }

  private boolean isInRelayNetwork() {
    return options.relayNetworks().stream()
        .anyMatch(network -> network.contains(remote.getAddress()));
  }

  @Override
  public String id() {
    return connection.id();
  }

  @Override
  public String listener() {
    return listener;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public Optional<String> remoteHost() {
    return remoteName.get();
  }

  RemoteName remoteName() {
    return remoteName;
  }

  /** The client's host name if somebody asked for it; a mail doesn't wait for it. */
  Optional<String> remoteHostIfKnown() {
    return remoteName.ifKnown();
  }

  @Override
  public Optional<String> helo() {
    return helo;
  }

  @Override
  public boolean extended() {
    return extended;
  }

  @Override
  public boolean tls() {
    return tls.isPresent();
  }

  @Override
  public Optional<String> tlsDescription() {
    return tls;
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return forAnother ? Optional.empty() : connection.clientCertificate();
  }

  @Override
  public Optional<byte[]> channelBinding(String type) {
    return forAnother ? Optional.empty() : connection.channelBinding(type);
  }

  @Override
  public boolean turned() {
    return connection.turned();
  }

  @Override
  public Optional<MailAddress> authenticated() {
    return authenticated;
  }

  @Override
  public Optional<String> mechanism() {
    return mechanism;
  }

  @Override
  public boolean mayRelay() {
    // RFC 2033 §5: LMTP is no way to relay.
    return options.service() != SmtpService.LMTP && (authenticated.isPresent() || inRelayNetwork);
  }

  @Override
  public Optional<Envelope> transaction() {
    return mail.envelope();
  }

  @Override
  public Map<String, Object> attributes() {
    return attributes;
  }

  @Override
  public SmtpService service() {
    return options.service();
  }

  @Override
  public void annotate(String name, AttributeValue value) {
    if (inTransaction()) {
      mail.annotate(name, value);
    } else {
      ofSession = ofSession.with(name, value);
    }
  }

  @Override
  public boolean hasSpokenEarly(Duration patience) {
    return connection.hasInput(patience);
  }

  /** What hooks have decided. */
  HookTrail trail() {
    return trail;
  }

  /** What hooks and verbs have said of the mail under way. */
  Attributes annotations() {
    Attributes all = ofSession;
    for (Map.Entry<String, AttributeValue> entry : mail.attributes().values().entrySet()) {
      all = all.with(entry.getKey(), entry.getValue());
    }
    return all;
  }

  /** The "with" keyword of the mail under way. */
  String withKeyword() {
    return WithKeyword.of(
        options.service(), extended, tls(), authenticated.isPresent(), mail.international());
  }

  Connection connection() {
    return connection;
  }

  /** The client's address without brackets, port or zone. */
  String remoteAddress() {
    String text = remote().getAddress().getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  boolean inTransaction() {
    return mail.begun();
  }

  /** The transaction under way, or the state between two. */
  MailTransaction mail() {
    return mail;
  }

  /** Sends a reply, together with others of its group. */
  void reply(SmtpReply reply) throws ConnectionEnd {
    send(reply, ReplyFormat.octets(reply));
  }

  /** Sends a reply whose text may go beyond ASCII, since the client asked for it so (RFC 6531 §3.7.4.2). */
  void replyUtf8(SmtpReply reply) throws ConnectionEnd {
    send(reply, ReplyFormat.utf8(reply));
  }

  private void send(SmtpReply reply, byte[] octets) throws ConnectionEnd {
    if (reply.code() >= 400) {
      tally.countError();
    }
    connection.write(octets);
    if (reply.code() == 421) {
      // RFC 5321 §3.8: 421 says that the connection is about to close.
      ending = true;
    }
  }

  /** Sends a refusal that doesn't count among the client's errors. */
  void replyWithoutBlame(SmtpReply reply) throws ConnectionEnd {
    int errorsBefore = tally.errors();
    reply(reply);
    tally.limitErrors(errorsBefore);
  }

  /** Sends the same reply several times; an error counts once. */
  void reply(SmtpReply reply, int times) throws ConnectionEnd {
    int errorsBefore = tally.errors();
    for (int i = 0; i < times; i++) {
      reply(reply);
    }
    tally.limitErrors(errorsBefore + 1);
  }

  /** Sends a last reply. */
  void end(SmtpReply reply) throws ConnectionEnd {
    reply(reply);
    ending = true;
  }

  /** Ends it without a word: the connection isn't this session's any more. */
  void leave() {
    ending = true;
  }

  boolean ending() {
    return ending;
  }

  void greeted(String name, boolean byEhlo) {
    helo = Optional.of(name);
    extended = byEhlo;
    resetTransaction();
  }

  /** @param byMechanism its name, such as {@code PLAIN} */
  void loggedIn(MailAddress user, String byMechanism) {
    authenticated = Optional.of(user);
    mechanism = Optional.of(byMechanism);
  }

  /** The hooks have seen who connects, and let it. */
  void admitted() {
    ofConnection = ofSession;
    trail.endConnect();
  }

  /**
   * RFC 3207 §4.2: after the handshake nothing is known of what the client said before. What hooks said of its address
   * stays: nobody gets rid of that by STARTTLS.
   */
  void secured() {
    tls = connection.tlsDescription();
    forgetClient();
    ofSession = ofConnection;
    trail.backToConnect();
  }

  /** From here on the session is with somebody else, as a trusted proxy says; the proxy's TLS says nothing of that. */
  void becomes(XclientCommand.Client client) {
    forgetClient();
    trail.clear();
    forAnother = true;
    remote = client.remote();
    local = client.local();
    inRelayNetwork = isInRelayNetwork();
    remoteName = client.name();
    authenticated = client.login();
    mechanism = authenticated.map(user -> "XCLIENT");
  }

  private void forgetClient() {
    helo = Optional.empty();
    extended = false;
    authenticated = Optional.empty();
    mechanism = Optional.empty();
    attributes.clear();
    ofSession = Attributes.none();
    resetTransaction();
  }

  /** @param envelope as MAIL has it, without recipients */
  void begin(Envelope envelope) {
    resetTransaction();
    mail = MailTransaction.of(envelope);
  }

  void resetTransaction() {
    mail.close();
    mail = MailTransaction.none();
    trail.endTransaction();
  }

  @Override
  public int errors() {
    return tally.errors();
  }

  /** What is counted of the client's doings. */
  Tally tally() {
    return tally;
  }

  /** While true, octets of a message are on their way, and what comes next isn't a command. */
  void setReceivingData(boolean receiving) {
    receivingData = receiving;
  }

  boolean receivingData() {
    return receivingData;
  }

  @Override
  public String toString() {
    return listener + " " + id() + " " + remoteAddress();
  }
}
