package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_HELO;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NOT_WHEN_TURNED;
import static org.mansio.spi.smtp.SmtpVerb.Flag.OUTSIDE_TRANSACTION;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.protocols.core.Line;
import org.mansio.spi.Services;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.LoginGuard.Admission;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslStep;
import org.mansio.spi.smtp.SmtpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** AUTH (RFC 4954): carries a SASL exchange. What the client sends in it is never logged. */
final class AuthCommand {
  private static final Logger log = LoggerFactory.getLogger(AuthCommand.class);

  /** RFC 4954 §4: the longest line of an exchange, of both sides, in octets with CR LF; also of AUTH itself. */
  private static final int MAX_LINE = 12_288;

  // No mechanism has more; one that went on for ever would keep the session.
  private static final int MAX_STEPS = 16;
  private static final byte[] EMPTY = new byte[0];

  private static final SmtpReply SUCCESS = SmtpReply.of(235, "2.7.0", "Authentication successful");
  private static final SmtpReply REJECTED =
      SmtpReply.of(535, "5.7.8", "Authentication credentials invalid");
  private static final SmtpReply TOO_MANY =
      SmtpReply.of(421, "4.7.0", "Too many failed logins, closing connection");
  private static final SmtpReply CANCELLED = SmtpReply.of(501, "5.7.0", "Authentication cancelled");
  private static final SmtpReply MALFORMED =
      SmtpReply.of(501, "5.5.2", "Not a response of this mechanism");
  private static final SmtpReply NOT_BASE64 = SmtpReply.of(501, "5.5.2", "Not base64");
  private static final SmtpReply TOO_LONG =
      SmtpReply.of(500, "5.5.6", "Authentication exchange line is too long");
  private static final SmtpReply NO_MECHANISM =
      SmtpReply.of(504, "5.5.4", "Mechanism not available");
  private static final SmtpReply ENCRYPTION_FIRST =
      SmtpReply.of(538, "5.7.11", "Encryption required for the requested mechanism");
  private static final SmtpReply ALREADY = SmtpReply.of(503, "5.5.1", "Already authenticated");
  // RFC 4954 §6 has 454 for what will pass. 535 would have clients ask their users for another
  // password, and right credentials must look like wrong ones while somebody is shut out.
  private static final SmtpReply SHUT_OUT =
      SmtpReply.of(454, "4.7.0", "Too many failed logins, try again later");
  private static final SmtpReply UNAVAILABLE =
      SmtpReply.of(454, "4.7.0", "Temporary authentication failure");

  private final AuthExtension offer;
  private final Services services;
  private final int maxFailures;

  AuthCommand(AuthExtension offer, Services services, int maxFailures) {
    this.offer = offer;
    this.services = services;
    this.maxFailures = maxFailures;
  }

  SmtpCommand command() {
    return new SmtpCommand(
        "AUTH",
        Set.of(NEEDS_HELO, OUTSIDE_TRANSACTION, NOT_WHEN_TURNED, ENDS_GROUP),
        MAX_LINE,
        "AUTH mechanism [initial-response]",
        this::auth);
  }

  private void auth(Session session, String argument) throws ConnectionEnd {
    if (session.authenticated().isPresent()) {
      session.reply(ALREADY);
      return;
    }
    String[] words = argument.split(" +", -1);
    if (argument.isEmpty() || words.length > 2) {
      session.reply(Replies.syntax("Expected a mechanism, and perhaps a response"));
      return;
    }
    Optional<SaslMechanism> mechanism = offer.find(session, words[0]);
    if (mechanism.isEmpty()) {
      session.reply(offer.needsTls(session, words[0]) ? ENCRYPTION_FIRST : NO_MECHANISM);
      return;
    }
    if (services.loginGuard().admit(client(session)) instanceof Admission.Refused) {
      failed(session, SHUT_OUT);
      return;
    }
    SaslMechanism.SaslExchange exchange = mechanism.get().start(offer.context(session));
    try {
      exchange(session, mechanism.get(), exchange, words.length == 2 ? words[1] : null);
    } catch (DirectoryException e) {
      // RFC 4954 §6.
      log.warn("{}: no login while the directory can't answer: {}", session, e.getMessage());
      session.reply(UNAVAILABLE);
    } finally {
      exchange.dispose();
    }
  }

  private static InetAddress client(Session session) {
    return session.remote().getAddress();
  }

  private void exchange(
      Session session,
      SaslMechanism mechanism,
      SaslMechanism.SaslExchange exchange,
      @Nullable String initial)
      throws ConnectionEnd {
    Optional<byte[]> response;
    if (initial != null) {
      if (!exchange.takesInitialResponse()) {
        // RFC 4954 §4.
        session.reply(MALFORMED);
        return;
      }
      // RFC 4954 §4: a single "=" is a response of no octets.
      response = initial.equals("=") ? Optional.of(EMPTY) : decode(session, initial);
    } else {
      response = exchange.clientFirst() ? challenge(session, EMPTY) : Optional.of(EMPTY);
    }
    for (int step = 0; step < MAX_STEPS && response.isPresent(); step++) {
      switch (exchange.next(response.get())) {
        case SaslStep.Challenge(byte[] octets) -> response = challenge(session, octets);
        case SaslStep.Success success -> {
          succeeded(session, mechanism, success);
          return;
        }
        case SaslStep.Rejected rejected -> {
          rejected(session, mechanism, rejected);
          return;
        }
        case SaslStep.Malformed(String reason) -> {
          log.info("{}: login by {} malformed: {}", session, mechanism.name(), reason);
          failed(session, MALFORMED);
          return;
        }
        case SaslStep.Unavailable(String reason) -> {
          log.warn("{}: no login by {} now: {}", session, mechanism.name(), reason);
          session.reply(UNAVAILABLE);
          return;
        }
      }
    }
    if (response.isPresent()) {
      failed(session, MALFORMED);
    }
  }

  private void succeeded(Session session, SaslMechanism mechanism, SaslStep.Success success)
      throws ConnectionEnd {
    MailAddress user = success.user();
    // Before the server's last word, which would tell that the credentials are right.
    if (services.loginGuard().succeeded(client(session), user) instanceof Admission.Refused) {
      log.info("{}: login of {} refused, which is shut out", session, user);
      failed(session, SHUT_OUT);
      return;
    }
    if (success.data().isPresent()) {
      // RFC 4954 §4: a last challenge carries it, and the response has no octets.
      Optional<byte[]> response = challenge(session, success.data().get());
      if (response.isEmpty()) {
        return;
      }
      if (response.get().length > 0) {
        failed(session, MALFORMED);
        return;
      }
    }
    log.info("{}: {} logged in by {}", session, user, mechanism.name());
    session.loggedIn(user, mechanism.name());
    session.reply(SUCCESS);
  }

  private void rejected(Session session, SaslMechanism mechanism, SaslStep.Rejected rejected)
      throws ConnectionEnd {
    log.info("{}: login by {} rejected: {}", session, mechanism.name(), rejected.reason());
    switch (services.loginGuard().failed(client(session), rejected.login())) {
      case Admission.Granted(Duration delay) -> {
        session.connection().pause(delay);
        failed(session, REJECTED);
      }
      case Admission.Refused refused -> failed(session, SHUT_OUT);
    }
  }

  private void failed(Session session, SmtpReply reply) throws ConnectionEnd {
    if (session.tally().countAuthFailure() >= maxFailures) {
      session.end(TOO_MANY);
    } else {
      session.reply(reply);
    }
  }

  /** Sends a challenge and reads the response; empty when there is none, and that has been answered. */
  private Optional<byte[]> challenge(Session session, byte[] octets) throws ConnectionEnd {
    // Not as other replies, which end at 512 octets: a challenge that is cut is worth nothing.
    byte[] line = challengeLine(octets);
    if (line.length > MAX_LINE) {
      failed(session, TOO_LONG);
      return Optional.empty();
    }
    session.connection().write(line);
    session.connection().flush();
    return switch (session.connection().readLine(MAX_LINE, false)) {
      case Line.Text(String text, int ignored) -> {
        if (text.equals("*")) {
          failed(session, CANCELLED);
          yield Optional.empty();
        }
        yield decode(session, text);
      }
      case Line.Faulty(Line.Fault fault) -> {
        failed(session, fault == Line.Fault.TOO_LONG ? TOO_LONG : NOT_BASE64);
        yield Optional.empty();
      }
    };
  }

  private static byte[] challengeLine(byte[] octets) {
    String base64 = Base64.getEncoder().encodeToString(octets);
    return ("334 " + base64 + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private Optional<byte[]> decode(Session session, String text) throws ConnectionEnd {
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      log.debug("{}: a response that isn't base64", session);
      failed(session, NOT_BASE64);
      return Optional.empty();
    }
  }
}
