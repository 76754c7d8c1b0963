package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.BEFORE_TLS;
import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NOT_WHEN_TURNED;
import static org.mansio.spi.smtp.SmtpVerb.Flag.OUTSIDE_TRANSACTION;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.mansio.protocols.core.ConnectionEnd;
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
 * greeting, connect hooks asked again, nothing of before kept. It is offered to the listed networks only; anybody else would
 * use it to be somebody else.
 */
final class XclientCommand implements SmtpExtension {
  private static final Logger log = LoggerFactory.getLogger(XclientCommand.class);
  private static final Set<String> NAMES =
      Set.of("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT");
  private static final String IPV6 = "IPV6:";
  private static final int MAX_PORT = 65_535;
  private static final int MAX_NAME = 255;

  private static final SmtpReply NOT_ALLOWED =
      SmtpReply.of(550, "5.7.1", "XCLIENT is not for this client");

  private final List<Network> trusted;
  private final Greeting greeting;

  XclientCommand(List<Network> trusted, Greeting greeting) {
    this.trusted = List.copyOf(trusted);
    this.greeting = greeting;
  }

  @Override
  public String name() {
    return "xclient";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return session instanceof Session own && !own.turned() && isTrusted(own)
        ? List.of("XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT")
        : List.of();
  }

  SmtpCommand command() {
    return SmtpCommand.of(
        "XCLIENT",
        Set.of(BEFORE_TLS, OUTSIDE_TRANSACTION, NOT_WHEN_TURNED, ENDS_GROUP),
        "XCLIENT attribute=value ...",
        this::xclient);
  }

  /** By the connection itself, whatever an earlier XCLIENT said. */
  private boolean isTrusted(Session session) {
    InetAddress peer = session.connection().remote().getAddress();
    return trusted.stream().anyMatch(network -> network.contains(peer));
  }

  private void xclient(Session session, String argument) throws ConnectionEnd {
    if (!isTrusted(session)) {
      log.warn("{}: XCLIENT refused; see xclientNetworks", session);
      session.reply(NOT_ALLOWED);
      return;
    }
    try {
      Client client = client(session, argument);
      session.becomes(client);
      log.debug("{}: by XCLIENT", session);
      greeting.greet(session);
    } catch (IllegalArgumentException e) {
      session.reply(Replies.syntax("XCLIENT: " + e.getMessage()));
    }
  }

  /**
   * Who the session is with from now on.
   *
   * @param name the host name; empty when it is unknown
   * @param helo empty to leave it to the client
   */
  record Client(
      InetSocketAddress remote,
      InetSocketAddress local,
      Optional<Optional<String>> name,
      Optional<String> helo,
      boolean extended,
      Optional<MailAddress> login) {}

  private static Client client(Session session, String argument) {
    Map<String, Optional<String>> given = attributes(argument);
    InetSocketAddress remote =
        socket(session.connection().remote(), known(given, "ADDR"), known(given, "PORT"));
    InetSocketAddress local =
        socket(session.connection().local(), known(given, "DESTADDR"), known(given, "DESTPORT"));
    Optional<Optional<String>> name = Optional.ofNullable(given.get("NAME"))
        .map(value -> value.map(text -> word(text).toLowerCase(Locale.ROOT)));
    Optional<String> helo = known(given, "HELO").map(XclientCommand::word);
    boolean extended = known(given, "PROTO").filter("SMTP"::equalsIgnoreCase).isEmpty();
    Optional<MailAddress> login = known(given, "LOGIN").map(XclientCommand::user);
    return new Client(remote, local, name, helo, extended, login);
  }

  /** Values by name; an empty one is known to be unavailable. */
  private static Map<String, Optional<String>> attributes(String argument) {
    Map<String, Optional<String>> given = new TreeMap<>();
    for (String part : argument.split(" +")) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? "" : part.substring(0, equals).toUpperCase(Locale.ROOT);
      String value = part.substring(equals + 1);
      if (!NAMES.contains(name) || !Xtext.isValid(value) || given.containsKey(name)) {
        throw new IllegalArgumentException("bad attribute");
      }
      boolean unavailable =
          value.equalsIgnoreCase("[UNAVAILABLE]") || value.equalsIgnoreCase("[TEMPUNAVAIL]");
      given.put(name, unavailable ? Optional.empty() : Optional.of(Xtext.decode(value)));
    }
    return given;
  }

  private static Optional<String> known(Map<String, Optional<String>> given, String name) {
    return given.getOrDefault(name, Optional.empty());
  }

  private static InetSocketAddress socket(
      InetSocketAddress now, Optional<String> address, Optional<String> port) {
    return new InetSocketAddress(
        address.map(XclientCommand::address).orElse(now.getAddress()),
        port.map(XclientCommand::port).orElse(now.getPort()));
  }

  private static InetAddress address(String text) {
    boolean tagged = text.regionMatches(true, 0, IPV6, 0, IPV6.length());
    return InetAddress.ofLiteral(tagged ? text.substring(IPV6.length()) : text);
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > MAX_PORT) {
      throw new IllegalArgumentException("bad port");
    }
    return Integer.parseInt(text);
  }

  private static String word(String text) {
    if (text.length() > MAX_NAME || !text.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException("bad name");
    }
    return text;
  }

  private static MailAddress user(String text) {
    try {
      return MailAddress.parse(text);
    } catch (InvalidAddressException e) {
      throw new IllegalArgumentException("LOGIN is a user's address", e);
    }
  }
}
