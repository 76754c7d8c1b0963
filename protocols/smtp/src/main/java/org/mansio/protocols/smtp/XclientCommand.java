package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.BEFORE_TLS;
import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.JUNK;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NOT_WHEN_TURNED;
import static org.mansio.spi.smtp.SmtpVerb.Flag.OUTSIDE_TRANSACTION;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.protocols.smtp.XclientAttributes.Name;
import org.mansio.spi.Services;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.Network;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * XCLIENT, Postfix's extension: a trusted proxy says for whom it speaks. The session then starts over with that client: new
 * greeting, connect hooks asked again, nothing of before kept, and nothing allowed that only the proxy was, its certificate
 * included. It is offered to the listed networks only; anybody else would use it to be somebody else. Addresses and ports
 * that are left out stay as they were, so that a proxy may say them in several commands.
 */
final class XclientCommand implements SmtpExtension {
  private static final Logger log = LoggerFactory.getLogger(XclientCommand.class);

  /** All attributes with their longest values in xtext. */
  private static final int MAX_LINE = 4096;

  private static final int MAX_HELO = 255;
  private static final SmtpReply DENIED =
      SmtpReply.of(550, "5.7.1", "XCLIENT is for known proxies only");
  private static final SmtpReply MALFORMED =
      Replies.syntax("Expected attributes such as ADDR=192.0.2.1 NAME=[UNAVAILABLE]");

  private final List<Network> trusted;
  private final Services services;
  private final Greeting greeting;

  XclientCommand(List<Network> trusted, Services services, Greeting greeting) {
    this.trusted = List.copyOf(trusted);
    this.services = services;
    this.greeting = greeting;
  }

  /**
   * Who the session is with from now on.
   *
   * @param helo empty to leave it to the client
   * @param extended whether that was EHLO
   * @param login who has logged in at the proxy
   */
  record Client(
      InetSocketAddress remote,
      InetSocketAddress local,
      RemoteName name,
      Optional<String> helo,
      boolean extended,
      Optional<MailAddress> login) {}

  @Override
  public String name() {
    return "xclient";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return session instanceof Session own && !own.turned() && isTrusted(own)
        ? List.of("XCLIENT" + Name.all())
        : List.of();
  }

  /** By the connection itself, whatever an earlier XCLIENT said. */
  private boolean isTrusted(Session session) {
    InetAddress peer = session.connection().remote().getAddress();
    return trusted.stream().anyMatch(network -> network.contains(peer));
  }

  SmtpCommand command() {
    return new SmtpCommand(
        "XCLIENT",
        Set.of(JUNK, BEFORE_TLS, OUTSIDE_TRANSACTION, NOT_WHEN_TURNED, ENDS_GROUP),
        MAX_LINE,
        "XCLIENT attribute=value ...",
        this::xclient);
  }

  private void xclient(Session session, String argument) throws ConnectionEnd {
    if (!isTrusted(session)) {
      log.warn("{}: tried XCLIENT; if it is a proxy of yours, see xclientNetworks", session);
      session.reply(DENIED);
      return;
    }
    Optional<XclientAttributes> attributes = XclientAttributes.parse(argument);
    Optional<Client> client = attributes.flatMap(given -> client(session, given));
    if (client.isEmpty()) {
      session.reply(MALFORMED);
      return;
    }
    log.debug("{}: speaks for {}", session, client.get().remote());
    // What hooks keep of a session goes by who it is with.
    greeting.hooks().quit(session);
    session.becomes(client.get());
    if (greeting.admit(session) && introduced(session, client.get())) {
      greeting.welcome(session);
    }
  }

  /**
   * The name that the proxy says is judged like one that the client says: whoever may not introduce itself so hears that in
   * place of the greeting, and may try another.
   */
  private boolean introduced(Session session, Client client) throws ConnectionEnd {
    if (client.helo().isEmpty()) {
      return true;
    }
    String name = client.helo().get();
    boolean passed =
        greeting.hooks().pass(session, "helo", (hook, seen) -> hook.onHelo(seen, name));
    if (passed) {
      session.greeted(name, client.extended());
    }
    return passed;
  }

  private Optional<Client> client(Session session, XclientAttributes given) {
    Optional<MailAddress> login = given.text(Name.LOGIN).flatMap(this::user);
    Optional<String> helo = given.text(Name.HELO);
    if (given.text(Name.LOGIN).isPresent() && login.isEmpty()
        || helo.filter(name -> name.length() > MAX_HELO).isPresent()) {
      return Optional.empty();
    }
    InetSocketAddress remote = new InetSocketAddress(
        given.address(Name.ADDR).orElse(session.remote().getAddress()),
        given.port(Name.PORT).orElse(session.remote().getPort()));
    InetSocketAddress local = new InetSocketAddress(
        given.address(Name.DESTADDR).orElse(session.local().getAddress()),
        given.port(Name.DESTPORT).orElse(session.local().getPort()));
    return Optional.of(new Client(
        remote,
        local,
        hostName(session, given, remote.getAddress()),
        helo,
        given.isExtended(),
        login));
  }

  private RemoteName hostName(Session session, XclientAttributes given, InetAddress address) {
    if (given.has(Name.NAME)) {
      return RemoteName.known(address, given.text(Name.NAME));
    }
    return given.has(Name.ADDR) ? new RemoteName(address, services::dns) : session.remoteName();
  }

  private Optional<MailAddress> user(String login) {
    try {
      return services.users().findUser(MailAddress.parse(login));
    } catch (InvalidAddressException e) {
      log.warn("XCLIENT with LOGIN={}, which isn't an address: {}", login, e.getMessage());
      return Optional.empty();
    }
  }
}
