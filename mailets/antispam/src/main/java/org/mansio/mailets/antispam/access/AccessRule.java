package org.mansio.mailets.antispam.access;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mansio.mailets.antispam.hook.Finding;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/**
 * One line of an access list: {@code subject pattern decision [reply]}.
 *
 * @param place where it stands, such as {@code access.txt:12}
 * @param pattern as looked up: lower case, domains as A-labels
 * @param text the line, for log and trace
 */
record AccessRule(
    String place,
    int position,
    Subject subject,
    String pattern,
    Decision decision,
    SmtpReply reply,
    String text) {
  private static final Pattern FORM = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(\\S+)(?:\\s+(.*))?");
  private static final Pattern REPLY =
      Pattern.compile("([45][0-9]{2})\\s+(?:([45]\\.[0-9]{1,3}\\.[0-9]{1,3})\\s+)?(\\S.*)");
  private static final int MAX_CODE = 559;
  private static final String DENIED = "Access denied";

  /** What a rule is about. */
  enum Subject {
    NETWORK,
    HOST,
    HELO,
    SENDER,
    RECIPIENT
  }

  /** What it decides. */
  enum Decision {
    ACCEPT,
    MARK,
    TEMPORARY,
    REJECT,
    DISCARD
  }

  /** @throws InvalidSettingException when the line isn't a rule; the message begins with the place */
  static AccessRule parse(String line, String place, int position) throws InvalidSettingException {
    try {
      return parseAt(line, place, position);
    } catch (InvalidSettingException e) {
      throw new InvalidSettingException(place + ": " + e.getMessage());
    }
  }

  private static AccessRule parseAt(String line, String place, int position)
      throws InvalidSettingException {
    Matcher form = FORM.matcher(line);
    if (!form.matches()) {
      throw new InvalidSettingException("'" + line
          + "' isn't: subject pattern decision [reply], such as 'sender example.net reject'");
    }
    Subject subject = constant(form.group(1), Subject.class);
    Decision decision = constant(form.group(3), Decision.class);
    String rest = form.group(4) == null ? "" : form.group(4).strip();
    return new AccessRule(
        place,
        position,
        subject,
        pattern(subject, form.group(2)),
        decision,
        reply(decision, rest),
        line.replaceAll("\\s+", " "));
  }

  private static <E extends Enum<E>> E constant(String text, Class<E> constants)
      throws InvalidSettingException {
    List<E> all = List.of(constants.getEnumConstants());
    return all.stream()
        .filter(constant -> constant.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new InvalidSettingException("'" + text + "' isn't one of: "
            + all.stream()
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "))));
  }

  private static String pattern(Subject subject, String text) throws InvalidSettingException {
    return switch (subject) {
      case NETWORK -> Network.parse(text).toString();
      case HOST -> domain(text);
      // Not only domains: also what a client says that has no name, such as localhost or
      // [192.0.2.1].
      case HELO -> text.toLowerCase(Locale.ROOT);
      case SENDER -> text.equals(AccessRules.NULL_SENDER) ? text : address(text);
      case RECIPIENT -> address(text);
    };
  }

  private static String address(String text) throws InvalidSettingException {
    int at = text.lastIndexOf('@');
    if (at < 0) {
      return domain(text);
    }
    String local = text.substring(0, at).toLowerCase(Locale.ROOT);
    return at == text.length() - 1 ? local + "@" : local + "@" + domain(text.substring(at + 1));
  }

  private static String domain(String text) throws InvalidSettingException {
    boolean below = text.startsWith(".");
    try {
      String name =
          MailAddress.parse("any@" + (below ? text.substring(1) : text)).domain();
      return below ? "." + name : name;
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException(
          "'" + text + "' isn't a domain, .domain, user@domain or user@: " + e.getMessage());
    }
  }

  private static SmtpReply reply(Decision decision, String text) throws InvalidSettingException {
    boolean temporary = decision == Decision.TEMPORARY;
    String status = temporary ? "4.7.1" : "5.7.1";
    if (!text.equals(Finding.printable(text))) {
      throw new InvalidSettingException("the reply must be at most 400 characters of ASCII");
    }
    Matcher form = REPLY.matcher(text);
    if (!form.matches()) {
      return SmtpReply.of(temporary ? 450 : 550, status, text.isEmpty() ? DENIED : text);
    }
    int code = Integer.parseInt(form.group(1));
    String given = form.group(2) == null ? status : form.group(2);
    char kind = temporary ? '4' : '5';
    if (form.group(1).charAt(0) != kind || given.charAt(0) != kind || code > MAX_CODE) {
      throw new InvalidSettingException("a reply to "
          + decision.name().toLowerCase(Locale.ROOT)
          + " begins with " + kind + ": '" + text + "'");
    }
    return SmtpReply.of(code, given, form.group(3));
  }

  Verdict verdict(SmtpSession session, String hook) {
    String reason = place + ": " + text;
    return switch (decision) {
      case ACCEPT -> Verdict.accept(reason);
      case MARK -> {
        session.annotate(SmtpHook.MARK + hook, new AttributeValue.Text(reason));
        yield Verdict.decline();
      }
      case TEMPORARY -> new Verdict.Temporary(reply, reason);
      case REJECT -> new Verdict.Permanent(reply, reason);
      case DISCARD -> new Verdict.Discard(reason);
    };
  }
}
