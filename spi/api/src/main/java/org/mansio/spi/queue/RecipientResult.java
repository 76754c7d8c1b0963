package org.mansio.spi.queue;

import java.util.Optional;
import org.mansio.spi.mail.EnhancedStatus;

/** What an attempt did for one recipient. */
public sealed interface RecipientResult {
  /** The enhanced status, as answered or as near as can be told. */
  EnhancedStatus status();

  /** The host that answered; empty when the decision was ours. */
  Optional<String> remoteMta();

  /** The reply or the reason, one line. */
  String diagnostic();

  /**
   * The next one took responsibility.
   *
   * @param dsnRelayed whether it took the DSN parameters too; when not, NOTIFY=SUCCESS is answered with "relayed" (RFC 3461
   *     §5.2.2)
   * @param finalDelivery whether the mail lies in its mailbox now, so that NOTIFY=SUCCESS is answered with "delivered"
   */
  record Delivered(
      EnhancedStatus status,
      Optional<String> remoteMta,
      String diagnostic,
      boolean dsnRelayed,
      boolean finalDelivery)
      implements RecipientResult {}

  /** May work later. */
  record Deferred(EnhancedStatus status, Optional<String> remoteMta, String diagnostic)
      implements RecipientResult {}

  /** Will never work. */
  record Failed(EnhancedStatus status, Optional<String> remoteMta, String diagnostic)
      implements RecipientResult {}
}
