package org.mansio.server.directory;

import java.util.List;
import java.util.regex.Pattern;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.mail.MailAddress;

/** What addressing asks of the tables; kept answers or those of one transaction. */
interface DirectoryRows {
  /** @param domain lower-case A-labels */
  boolean hasDomain(String domain);

  /** @param address canonical */
  boolean hasUser(MailAddress address);

  /** The lines with exactly this source. @param source canonical address or {@code @domain} */
  List<Alias> aliases(String source);

  /** The lines of kind REGEX, ordered by their text. */
  List<PatternLine> patterns();

  /** A line of kind REGEX, compiled. */
  record PatternLine(Pattern pattern, String target) {}
}
