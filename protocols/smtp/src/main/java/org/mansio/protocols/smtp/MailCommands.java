package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.JUNK;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_AUTH;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_HELO;
import static org.mansio.spi.smtp.SmtpVerb.Flag.OUTSIDE_TRANSACTION;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.Services;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpVerb;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MAIL and RSET (RFC 5321 §4.1.1.2, §4.1.1.5): where a mail transaction begins and is given up. */
final class MailCommands {
  private static final Logger log = LoggerFactory.getLogger(MailCommands.class);

  // RFC 9422 §3: past MAILMAX the client has to come again; it was told.
  private static final SmtpReply TOO_MANY =
      SmtpReply.of(421, "4.5.3", "Too many mails in this session, connect again");

  private final ParameterTable<SmtpParameter.OfMail> parameters;
  private final Services services;
  private final Hooks hooks;
  private final ListenerOptions options;
  private final SenderIdentity identity;
  private final UserLimits userLimits;

  MailCommands(
      ParameterTable<SmtpParameter.OfMail> parameters,
      Services services,
      Hooks hooks,
      ListenerOptions options,
      SenderIdentity identity,
      UserLimits userLimits) {
    this.parameters = parameters;
    this.services = services;
    this.hooks = hooks;
    this.options = options;
    this.identity = identity;
    this.userLimits = userLimits;
  }

  List<SmtpCommand> commands() {
    Set<SmtpVerb.Flag> flags = EnumSet.of(NEEDS_HELO, OUTSIDE_TRANSACTION);
    if (options.service() == SmtpService.SUBMISSION) {
      // RFC 6409 §4.3.
      flags.add(NEEDS_AUTH);
    }
    int longest = SmtpCommand.MAX_COMMAND_LINE + parameters.extraOctets();
    return List.of(
        new SmtpCommand("MAIL", flags, longest, "MAIL FROM:<address> [parameters]", this::mail),
        SmtpCommand.of("RSET", Set.of(JUNK), "RSET", this::reset));
  }

  private void mail(Session session, String argument) throws ConnectionEnd {
    Optional<QueueException.Reason> refusal = services.queue().refusal();
    if (refusal.isPresent()) {
      session.reply(Replies.of(refusal.get()));
      return;
    }
    switch (PathParser.parse(argument, "FROM:")) {
      case ParsedPath.Mailbox(MailAddress address, String rest) ->
        begin(session, Optional.of(address), rest, isInternational(argument, rest));
      case ParsedPath.Null(String rest) -> begin(session, Optional.empty(), rest, false);
      case ParsedPath.Postmaster ignored ->
        session.reply(SmtpReply.of(501, "5.1.7", "Sender without a domain"));
      case ParsedPath.Malformed(String reason) -> session.reply(SmtpReply.of(501, "5.1.7", reason));
    }
  }

  static boolean isInternational(String argument, String rest) {
    return argument.substring(0, argument.length() - rest.length()).chars().anyMatch(c -> c > 127);
  }

  private void begin(
      Session session, Optional<MailAddress> sender, String rest, boolean international)
      throws ConnectionEnd {
    if (!rest.isEmpty() && !session.extended()) {
      session.reply(SmtpReply.of(555, "5.5.4", "Parameters only after EHLO"));
      return;
    }
    // RFC 6152 §3: without BODY it is 7BIT.
    Envelope plain = Envelope.of(sender, List.of()).withBody(BodyType.SEVEN_BIT);
    switch (parameters.apply(
        rest, plain, (parameter, value, envelope) -> parameter.apply(session, value, envelope))) {
      case SmtpParameter.Result.Refused<Envelope>(SmtpReply reply) -> session.reply(reply);
      case SmtpParameter.Result.Applied<Envelope>(Envelope envelope) -> {
        Optional<SmtpReply> refusal = refusal(session, envelope, international);
        if (refusal.isPresent()) {
          log.info("{}: {} refused: {}", session, envelope.reversePath(), refusal.get());
          session.reply(refusal.get());
        } else {
          begin(session, envelope, PriorityExtension.isLowered(rest, envelope));
        }
      }
    }
  }

  private Optional<SmtpReply> refusal(Session session, Envelope envelope, boolean international) {
    if (international && !envelope.smtpUtf8()) {
      // RFC 6531 §3.5: without SMTPUTF8 such an address can't be taken.
      return Optional.of(SmtpReply.of(550, "5.6.7", "Address needs SMTPUTF8"));
    }
    int most = options.extensions().maxMails();
    if (most > 0 && session.tally().countMail() > most) {
      return Optional.of(TOO_MANY);
    }
    return identity
        .refusal(session.authenticated(), envelope.sender())
        .or(() -> userLimits.mail(session.authenticated()));
  }

  private void begin(Session session, Envelope envelope, boolean loweredPriority)
      throws ConnectionEnd {
    session.begin(envelope);
    boolean passed = false;
    try {
      passed = hooks.pass(session, "mail", SmtpHook::onMail);
    } finally {
      if (!passed) {
        hooks.reset(session);
      }
    }
    if (passed) {
      if (loweredPriority) {
        session.mail().noteLoweredPriority();
      }
      log.debug("{}: from {}", session, envelope.reversePath());
      session.reply(SmtpReply.of(250, "2.1.0", "Ok"));
    }
  }

  private void reset(Session session, String argument) throws ConnectionEnd {
    if (!argument.isEmpty()) {
      session.reply(Replies.NO_ARGUMENT);
      return;
    }
    hooks.reset(session);
    session.reply(Replies.OK);
  }
}
