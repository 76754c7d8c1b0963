package org.mansio.protocols.smtp;

import static org.mansio.spi.smtp.SmtpVerb.Flag.ENDS_GROUP;
import static org.mansio.spi.smtp.SmtpVerb.Flag.JUNK;
import static org.mansio.spi.smtp.SmtpVerb.Flag.NEEDS_HELO;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.protocols.smtp.ExtensionSettings.ExpnPolicy;
import org.mansio.protocols.smtp.ListenerSettings.VrfyPolicy;
import org.mansio.spi.Services;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpVerb;

/** VRFY and EXPN (RFC 5321 §3.5, §4.1.1.6, §4.1.1.7): who is there, as far as the operator lets them be asked. */
final class MailboxQuestions {
  private static final SmtpReply NEUTRAL =
      SmtpReply.of(252, "2.1.5", "Cannot verify, but will take a message and attempt delivery");
  private static final SmtpReply NO_MAILBOX = SmtpReply.of(550, "5.1.1", "No such mailbox here");
  private static final SmtpReply NO_LIST = SmtpReply.of(550, "5.1.1", "No such list here");
  private static final SmtpReply ADDRESS_NEEDS_UTF8 =
      SmtpReply.of(553, "5.6.7", "Address needs SMTPUTF8");
  private static final SmtpReply NEEDS_UTF8 =
      SmtpReply.of(553, "5.6.8", "The answer needs SMTPUTF8");

  // RFC 6531 §3.1 (7).
  private static final int UTF8_OCTETS = 10;

  /** Members shown; the list of a whole company isn't for a reply. */
  private static final int MAX_MEMBERS = 100;

  private final VrfyPolicy vrfy;
  private final ExpnPolicy expn;
  private final Services services;

  MailboxQuestions(VrfyPolicy vrfy, ExpnPolicy expn, Services services) {
    this.vrfy = vrfy;
    this.expn = expn;
    this.services = services;
  }

  List<SmtpCommand> commands() {
    Set<SmtpVerb.Flag> flags = Set.of(JUNK, NEEDS_HELO, ENDS_GROUP);
    int longest = SmtpCommand.MAX_COMMAND_LINE + UTF8_OCTETS;
    return List.of(
        new SmtpCommand("VRFY", flags, longest, "VRFY mailbox [SMTPUTF8]", this::vrfy),
        new SmtpCommand("EXPN", flags, longest, "EXPN list [SMTPUTF8]", this::expn));
  }

  /**
   * What is asked for.
   *
   * @param utf8 whether the answer may go beyond ASCII (RFC 6531 §3.7.4.2)
   */
  private record Question(String name, boolean utf8) {
    static Question of(String argument) {
      int space = argument.lastIndexOf(' ');
      boolean utf8 =
          space > 0 && argument.substring(space + 1).equalsIgnoreCase(Utf8Extension.KEYWORD);
      return new Question(utf8 ? argument.substring(0, space).strip() : argument, utf8);
    }

    /** RFC 6531 §3.7.4.2: UTF-8 only where the client says that it means it. */
    boolean needsUtf8() {
      return !utf8 && name.chars().anyMatch(c -> c > 127);
    }

    /** The address that is meant; empty when it is none. */
    Optional<MailAddress> address() {
      String path = name.startsWith("<") ? name : "<" + name + ">";
      return PathParser.parse("TO:" + path, "TO:")
                  instanceof ParsedPath.Mailbox(MailAddress address, String rest)
              && rest.isEmpty()
          ? Optional.of(address)
          : Optional.empty();
    }
  }

  private void vrfy(Session session, String argument) throws ConnectionEnd {
    Question question = Question.of(argument);
    if (question.name().isEmpty()) {
      session.reply(Replies.syntax("Expected a mailbox"));
      return;
    }
    if (question.needsUtf8()) {
      session.reply(ADDRESS_NEEDS_UTF8);
      return;
    }
    switch (vrfy) {
      case OFF -> session.reply(Replies.NOT_IMPLEMENTED);
      case NEUTRAL -> session.reply(NEUTRAL);
      case VERIFY -> answer(session, question, verified(question));
    }
  }

  private SmtpReply verified(Question question) {
    if (question.name().replaceAll("[<>]", "").equalsIgnoreCase("postmaster")) {
      return NEUTRAL;
    }
    Optional<MailAddress> address = question.address();
    if (address.isEmpty()) {
      return NO_MAILBOX;
    }
    return switch (services.recipients().lookup(address.get())) {
      case LocalRecipients.Answer.User ignored -> found(List.of(address.get()));
      case LocalRecipients.Answer.Mapped() -> found(List.of(address.get()));
      case LocalRecipients.Answer.NotLocal() -> NEUTRAL;
      case LocalRecipients.Answer.Unknown() -> NO_MAILBOX;
      case LocalRecipients.Answer.Rejected ignored -> NO_MAILBOX;
    };
  }

  private void expn(Session session, String argument) throws ConnectionEnd {
    Question question = Question.of(argument);
    if (expn == ExpnPolicy.OFF) {
      session.reply(Replies.NOT_IMPLEMENTED);
    } else if (session.authenticated().isEmpty()) {
      session.reply(Replies.AUTH_FIRST);
    } else if (question.name().isEmpty()) {
      session.reply(Replies.syntax("Expected a list"));
    } else if (question.needsUtf8()) {
      session.reply(ADDRESS_NEEDS_UTF8);
    } else {
      answer(session, question, question.address().map(this::expanded).orElse(NO_LIST));
    }
  }

  private SmtpReply expanded(MailAddress address) {
    if (!services.users().isLocalDomain(address.domain())) {
      return NO_LIST;
    }
    return services.aliases().lookup(address)
            instanceof AliasMatch.Targets(Alias.Kind ignored, List<MailAddress> targets)
        ? found(targets)
        : NO_LIST;
  }

  private static SmtpReply found(List<MailAddress> addresses) {
    List<String> lines = addresses.stream()
        .limit(MAX_MEMBERS)
        .map(address -> "<" + address + ">")
        .toList();
    return new SmtpReply(250, Optional.of(EnhancedStatus.parse("2.1.5")), lines);
  }

  private static void answer(Session session, Question question, SmtpReply reply)
      throws ConnectionEnd {
    boolean ascii = reply.lines().stream().allMatch(line -> line.chars().allMatch(c -> c < 128));
    if (ascii) {
      session.reply(reply);
    } else if (question.utf8()) {
      session.replyUtf8(reply);
    } else {
      session.reply(NEEDS_UTF8);
    }
  }
}
