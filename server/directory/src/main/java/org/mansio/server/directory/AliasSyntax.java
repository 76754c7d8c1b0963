package org.mansio.server.directory;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;

/** The form of an alias line: what each kind may have as source and target, and the one way that it is stored. */
final class AliasSyntax {
  private static final int MAX_PATTERN = 1000;
  private static final Pattern REPLY =
      Pattern.compile("([45])[0-9]{2} ([45])\\.[0-9]{1,3}\\.[0-9]{1,3} [\\x20-\\x7E]{1,400}");

  private AliasSyntax() {}

  /**
   * The line as it is stored: addresses canonical, domains behind {@code @}.
   *
   * @throws DirectoryException when it isn't well-formed
   */
  static Alias checked(Alias line) {
    return switch (line.kind()) {
      case ERROR -> new Alias(line.kind(), source(line.source()), reply(line.target()));
      case ADDRESS, GROUP, FORWARD ->
        new Alias(line.kind(), source(line.source()), address(line.target()).toString());
      case DOMAIN -> new Alias(line.kind(), "@" + domain(line.source()), domain(line.target()));
      case CATCH_ALL ->
        new Alias(
            line.kind(), "@" + domain(line.source()), address(line.target()).toString());
      case REGEX -> regex(line);
    };
  }

  /** An address that a pattern's target can become: each group replaced by {@code x}. */
  static MailAddress sample(Alias regex) {
    int groups = SqlRows.compile(regex.source()).matcher("").groupCount();
    Matcher matcher = Pattern.compile("(x)".repeat(groups)).matcher("x".repeat(groups));
    try {
      return address(
          groups == 0
              ? Pattern.compile("").matcher("").replaceFirst(regex.target())
              : matcher.replaceFirst(regex.target()));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw DirectoryException.refused(
          "target '" + regex.target() + "': " + e.getMessage() + "; groups are $1 to $" + groups);
    }
  }

  private static Alias regex(Alias line) {
    if (line.source().length() > MAX_PATTERN) {
      throw DirectoryException.refused("pattern is longer than " + MAX_PATTERN + " characters");
    }
    try {
      SqlRows.compile(line.source());
    } catch (PatternSyntaxException e) {
      throw DirectoryException.refused("'" + line.source() + "' isn't a regular expression: "
          + e.getDescription() + " at " + e.getIndex());
    }
    sample(line);
    return line;
  }

  private static String source(String text) {
    MailAddress canonical = Mailboxes.canonical(address(text));
    if (!canonical.fits()) {
      // Some letters have more octets in lower case.
      throw DirectoryException.refused("'" + text + "' is too long in lower case");
    }
    return canonical.toString();
  }

  private static MailAddress address(String text) {
    try {
      return MailAddress.parse(text);
    } catch (InvalidAddressException e) {
      throw DirectoryException.refused("'" + text + "' isn't an address: " + e.getMessage());
    }
  }

  /** @param text with or without {@code @} */
  static String domain(String text) {
    try {
      return MailAddress.parse("x@" + (text.startsWith("@") ? text.substring(1) : text))
          .domain();
    } catch (InvalidAddressException e) {
      throw DirectoryException.refused("'" + text + "' isn't a domain: " + e.getMessage());
    }
  }

  private static String reply(String text) {
    Matcher form = REPLY.matcher(text);
    if (!form.matches() || !form.group(1).equals(form.group(2))) {
      throw DirectoryException.refused(
          "'" + text
              + "' isn't a reply such as '550 5.1.1 no such user': code, enhanced status of the same class, text");
    }
    return text;
  }
}
