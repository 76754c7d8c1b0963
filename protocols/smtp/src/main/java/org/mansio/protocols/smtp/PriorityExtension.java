package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpSession;

/**
 * MT-PRIORITY (RFC 6710): which mail goes first. From a client that may not relay no priority above 0 is taken: it would be
 * a way past everybody else's mail (RFC 6710 §10).
 */
final class PriorityExtension implements SmtpExtension {
  // RFC 6710 §3: a sign and one digit.
  private static final String VALUE = "-?[0-9]";
  private static final Pattern ASKED =
      Pattern.compile("(?:^| )MT-PRIORITY=(" + VALUE + ")(?: |$)", Pattern.CASE_INSENSITIVE);

  /** Whether a mail got a lower priority than its parameters ask for. */
  static boolean isLowered(String parameters, Envelope envelope) {
    Matcher asked = ASKED.matcher(parameters);
    return asked.find() && Integer.parseInt(asked.group(1)) > envelope.priority();
  }

  private static int granted(int asked, boolean trusted) {
    return trusted ? asked : Math.min(asked, 0);
  }

  /**
   * The envelope with the priority that the message's own field asks for.
   *
   * @param trusted whether the client may have its mail preferred
   */
  static Envelope byHeader(Envelope envelope, HeaderFacts facts, boolean trusted) {
    // RFC 6710 §4.1: the field counts only where the parameter isn't given.
    return facts.priority().isEmpty() || envelope.parameters().containsKey(Envelope.MT_PRIORITY)
        ? envelope
        : envelope.withPriority(granted(facts.priority().get(), trusted));
  }

  @Override
  public String name() {
    return "mt-priority";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return List.of(Envelope.MT_PRIORITY);
  }

  @Override
  public List<SmtpParameter> parameters() {
    // RFC 6710 §3 (5).
    return List.of(new MailParameter(Envelope.MT_PRIORITY, 15, PriorityExtension::apply));
  }

  private static SmtpParameter.Result<Envelope> apply(
      SmtpSession session, Optional<String> value, Envelope envelope) {
    String text = value.orElse("");
    if (!text.matches(VALUE)) {
      return MailParameter.malformed("MT-PRIORITY is -9 to 9");
    }
    return MailParameter.taken(
        envelope.withPriority(granted(Integer.parseInt(text), session.mayRelay())));
  }
}
