package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_HELO;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.Services;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RCPT (RFC 5321 §4.1.1.3), and with it the decision whether this client may send to this address: mailboxes that exist
 * here are for everybody, other domains for those who may relay, and source routes or percent signs change nothing in it.
 */
final class RcptCommand {
  private static final Logger log = LoggerFactory.getLogger(RcptCommand.class);
  private static final SmtpReply IN_CHUNKS =
      SmtpReply.of(503, "5.5.1", "The message has begun already");
  private static final SmtpReply OK = SmtpReply.of(250, "2.1.5", "Ok");
  private static final SmtpReply RELAYING_DENIED = SmtpReply.of(550, "5.7.1", "Relaying denied");
  private static final SmtpReply UNKNOWN = SmtpReply.of(550, "5.1.1", "No such mailbox here");
  private static final SmtpReply TOO_MANY = SmtpReply.of(452, "4.5.3", "Too many recipients");
  /** Recipients of a transaction beyond the limit that aren't held against the client. */
  private static final int MAX_OVERSHOOT = 1000;

  private static final Pattern REPLY =
      Pattern.compile("([45][0-9]{2})[ -]([245]\\.[0-9]{1,3}\\.[0-9]{1,3}) ?(.*)");

  private final ParameterTable<SmtpParameter.OfRcpt> parameters;
  private final Services services;
  private final int maxRecipients;
  private final Hooks hooks;
  private final Predicate<String> relayed;
  private final UserLimits userLimits;

  /** @param relayed whether mail for a domain elsewhere is taken from anybody, since a plugin takes care of it */
  RcptCommand(
      ParameterTable<SmtpParameter.OfRcpt> parameters,
      Services services,
      int maxRecipients,
      Hooks hooks,
      Predicate<String> relayed,
      UserLimits userLimits) {
    this.parameters = parameters;
    this.services = services;
    this.maxRecipients = maxRecipients;
    this.hooks = hooks;
    this.relayed = relayed;
    this.userLimits = userLimits;
  }

  SmtpCommand command() {
    int longest = SmtpCommand.MAX_COMMAND_LINE + parameters.extraOctets();
    return new SmtpCommand(
        "RCPT", Set.of(NEEDS_HELO), longest, "RCPT TO:<address> [parameters]", this::rcpt);
  }

  private void rcpt(Session session, String argument) throws ConnectionEnd {
    if (!session.inTransaction()) {
      session.reply(Replies.MAIL_FIRST);
      return;
    }
    if (session.mail().chunks().isPresent() || session.mail().chunkRefused()) {
      // RFC 3030 §2: the message has begun.
      session.reply(IN_CHUNKS);
      return;
    }
    session.mail().noteRecipientTried();
    switch (PathParser.parse(argument, "TO:")) {
      case ParsedPath.Mailbox(MailAddress address, String rest) -> {
        if (MailCommands.isInternational(argument, rest) && !session.mail().international()) {
          // RFC 6531 §3.5.
          session.reply(SmtpReply.of(553, "5.6.7", "Address needs SMTPUTF8"));
        } else {
          recipient(session, address, rest, session.mayRelay());
        }
      }
      // RFC 5321 §4.5.1: taken from anybody, wherever the operator reads it.
      case ParsedPath.Postmaster(String rest) ->
        recipient(session, services.environment().postmaster(), rest, true);
      case ParsedPath.Null ignored -> session.reply(SmtpReply.of(501, "5.1.3", "Not a recipient"));
      case ParsedPath.Malformed(String reason) -> session.reply(SmtpReply.of(501, "5.1.3", reason));
    }
  }

  private void recipient(Session session, MailAddress address, String rest, boolean mayRelay)
      throws ConnectionEnd {
    if (!rest.isEmpty() && !session.extended()) {
      session.reply(SmtpReply.of(555, "5.5.4", "Parameters only after EHLO"));
      return;
    }
    // RFC 5321 §4.5.3.1.10.
    if (session.mail().recipients().size() >= maxRecipients) {
      tooMany(session);
      return;
    }
    Recipient plain = Recipient.of(address);
    switch (parameters.apply(
        rest, plain, (parameter, value, recipient) -> parameter.apply(session, value, recipient))) {
      case SmtpParameter.Result.Refused<Recipient>(SmtpReply reply) -> session.reply(reply);
      case SmtpParameter.Result.Applied<Recipient>(Recipient recipient) -> {
        Optional<SmtpReply> refusal =
            refusal(address, mayRelay).or(() -> userLimits.recipient(session.authenticated()));
        if (refusal.isPresent()) {
          log.info("{}: recipient {} refused: {}", session, address, refusal.get());
          hooks.refused(session, address, refusal.get()).tell(session);
        } else if (hooks.pass(
            session, "rcpt " + address, (hook, seen) -> hook.onRcpt(seen, recipient))) {
          session.mail().add(recipient);
          session.reply(OK);
        }
      }
    }
  }

  /**
   * Such a client does what RFC 5321 §4.5.3.1.10 expects of it: it sends the mail to those who were taken and comes again for
   * the others. A session ended for its errors would lose the mail for all of them, at each attempt.
   */
  private static void tooMany(Session session) throws ConnectionEnd {
    if (session.mail().countOvershoot() <= MAX_OVERSHOOT) {
      session.replyWithoutBlame(TOO_MANY);
    } else {
      session.reply(TOO_MANY);
    }
  }

  private Optional<SmtpReply> refusal(MailAddress address, boolean mayRelay) {
    return switch (services.recipients().lookup(address)) {
      case LocalRecipients.Answer.NotLocal() ->
        mayRelay || relayed.test(address.domain())
            ? Optional.empty()
            : Optional.of(RELAYING_DENIED);
      case LocalRecipients.Answer.Unknown() -> Optional.of(UNKNOWN);
      case LocalRecipients.Answer.Rejected(String reply) -> Optional.of(parse(reply));
      case LocalRecipients.Answer.User ignored -> Optional.empty();
      case LocalRecipients.Answer.Mapped() -> Optional.empty();
    };
  }

  /** The alias table's reply; what isn't one becomes the text of a 550. */
  private static SmtpReply parse(String text) {
    Matcher form = REPLY.matcher(text);
    if (form.matches() && form.group(1).charAt(0) == form.group(2).charAt(0)) {
      int code = Integer.parseInt(form.group(1));
      return code > 559
          ? SmtpReply.of(550, form.group(2), form.group(3))
          : SmtpReply.of(code, form.group(2), form.group(3));
    }
    return SmtpReply.of(550, "5.7.1", text.replaceAll("[\\r\\n]+", " "));
  }
}
