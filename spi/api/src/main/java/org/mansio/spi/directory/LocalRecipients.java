package org.mansio.spi.directory;

import java.util.Optional;
import org.mansio.spi.mail.MailAddress;

/**
 * Whether this server takes mail for an address, and as whose: users, aliases, catch-all and subaddresses (RFC 5233) seen
 * together. The one answer that RCPT, matchers and delivery share. Thread-safe; may throw {@link DirectoryException}.
 */
public interface LocalRecipients {
  /** Looks an address up. {@code postmaster} of a local domain is always taken (RFC 5321 §4.5.1). */
  Answer lookup(MailAddress address);

  /** The answer. */
  sealed interface Answer {
    /** The domain isn't ours: this is relaying. */
    record NotLocal() implements Answer {}

    /** The domain is ours, the mailbox doesn't exist: 550 5.1.1. */
    record Unknown() implements Answer {}

    /** Refused by the alias table. @param reply three-digit code, enhanced status and text */
    record Rejected(String reply) implements Answer {}

    /**
     * A user's mailbox.
     *
     * @param user the canonical address
     * @param detail the subaddress behind the delimiter; empty when there is none
     */
    record User(MailAddress user, Optional<String> detail) implements Answer {}

    /** An alias of any kind; the chain rewrites it. */
    record Mapped() implements Answer {}
  }
}
