package org.mansio.mailets.standard.routing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.mansio.spi.Environment;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Outcome;

/**
 * An X-Loop field that a mail bears once it went through one mailet's forwarding, so that it doesn't go through again. Two
 * places of the chain that forward to the same addresses share a mark. The mark doesn't tell the addresses.
 *
 * @param field to be put on top of what is sent on
 */
record LoopMark(HeaderField field) {
  private static final String NAME = "X-Loop";
  private static final int HASH_OCTETS = 10;

  // RFC 3463 §3.5: X.4.6 routing loop detected.
  private static final EnhancedStatus LOOP = new EnhancedStatus(5, 4, 6);

  /** The mark of a mailet that sends mail on to these places. */
  static LoopMark of(Environment environment, List<?> targets) {
    byte[] text = targets.toString().getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      String value = HexFormat.of().formatHex(hash, 0, HASH_OCTETS) + "@" + environment.hostname();
      return new LoopMark(HeaderField.of(NAME, value));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Whether the message went through here before. */
  boolean isOn(Message message) throws java.io.IOException {
    return message.headers().all(NAME).stream()
        .anyMatch(mark -> mark.value().equals(field.value()));
  }

  /** What happens to a mail that came round. */
  static Outcome endLoop(Mail mail, String errorProcessor) {
    String reason = "forwarding loop: this mail was forwarded from here before";
    mail.note(reason);
    mail.setAttributes(mail.attributes().with(Attributes.ERROR, reason));
    mail.setRecipients(mail.recipients().stream()
        .map(recipient -> recipient.withStatus(RecipientStatus.failed(LOOP, reason)))
        .toList());
    return Outcome.toProcessor(errorProcessor);
  }
}
