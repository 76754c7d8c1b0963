package org.mansio.spi.directory;

import java.util.List;
import org.mansio.spi.mail.MailAddress;

/** Aliases, groups, forwards, domain aliases, patterns, catch-alls and errors. Thread-safe; may throw {@link DirectoryException}. */
public interface AliasTable {
  /** One step of rewriting: what stands for exactly this address. */
  AliasMatch lookup(MailAddress address);

  /** All lines, or those whose source or target contains the text in any case; an empty text means all. */
  List<Alias> list(String text);

  /**
   * Refused when the line isn't well-formed, exists, closes a loop, or would hide a user or another line: an address is another
   * name, a group or a forward, and the first two aren't users.
   */
  void add(Alias alias);

  /** Refused when there is no such line. */
  void remove(Alias alias);
}
