package org.mansio.queue.outgoing;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.SpooledMail;

/** Entries of which only their place matters. */
final class Entries {
  private Entries() {}

  /** One that arrived so many nanoseconds after 1970. */
  static Entry at(long nanos) {
    return of(MailId.next(), nanos);
  }

  static Entry of(MailId mail) {
    return of(mail, 0);
  }

  private static Entry of(MailId mail, long nanos) {
    SpooledMail spooled = new SpooledMail(
        mail,
        Envelope.of(Optional.empty(), List.of()),
        Content.of(new byte[0]),
        Attributes.none(),
        Origin.local(),
        EpochNanos.instant(nanos),
        SpooledMail.ROOT,
        0,
        0);
    return new Entry(UUID.randomUUID(), spooled, Optional.empty(), null);
  }
}
