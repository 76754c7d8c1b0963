package org.mansio.mailets.antispam.milter;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;

/** The envelope while a milter edits it. What isn't an address is passed over, as Sendmail does it. Not thread-safe. */
final class EnvelopeEdits {
  /** A milter that adds recipients without end is broken. */
  private static final int MAX_RECIPIENTS = 10_000;

  /** RFC 3461 §4.2, §4.4. */
  private static final int MAX_ORIGINAL_RECIPIENT = 500;

  private static final int MAX_ENVELOPE_ID = 100;

  private Envelope envelope;
  private boolean edited;

  EnvelopeEdits(Envelope envelope) {
    this.envelope = envelope;
  }

  /** The envelope as it is now. */
  Envelope envelope() {
    return envelope;
  }

  boolean edited() {
    return edited;
  }

  /** Adds a recipient, unless it is there. @return whether the path is one */
  boolean add(String path, Optional<String> parameters) throws MilterException {
    Optional<MailAddress> address = address(path);
    if (address.isEmpty()) {
      return false;
    }
    if (find(address.get()).isEmpty()) {
      List<Recipient> recipients = new ArrayList<>(envelope.recipients());
      if (recipients.size() >= MAX_RECIPIENTS) {
        throw new MilterException("adds more than " + MAX_RECIPIENTS + " recipients");
      }
      recipients.add(recipient(address.get(), parameters.orElse("")));
      replace(envelope.withRecipients(recipients));
    }
    return true;
  }

  /** Takes a recipient away. @return whether the path is one */
  boolean delete(String path) {
    Optional<MailAddress> address = address(path);
    if (address.isEmpty()) {
      return false;
    }
    if (find(address.get()).isPresent()) {
      replace(envelope.withRecipients(envelope.recipients().stream()
          .filter(recipient -> !recipient.address().sameMailbox(address.get()))
          .toList()));
    }
    return true;
  }

  /** Replaces the reverse-path. @return whether the path is one */
  boolean changeSender(String path, Optional<String> parameters) {
    Optional<MailAddress> address = address(path);
    if (address.isEmpty() && !path.strip().equals("<>")) {
      return false;
    }
    Envelope changed = envelope.withSender(address);
    for (String parameter : words(parameters.orElse(""))) {
      changed = withParameter(changed, parameter);
    }
    replace(changed);
    return true;
  }

  private void replace(Envelope changed) {
    edited |= !changed.equals(envelope);
    envelope = changed;
  }

  private Optional<Recipient> find(MailAddress address) {
    return envelope.recipients().stream()
        .filter(recipient -> recipient.address().sameMailbox(address))
        .findFirst();
  }

  private static Optional<MailAddress> address(String path) {
    String text = path.strip();
    boolean bracketed = text.startsWith("<") && text.endsWith(">");
    try {
      return Optional.of(
          MailAddress.parse(bracketed ? text.substring(1, text.length() - 1) : text));
    } catch (InvalidAddressException e) {
      return Optional.empty();
    }
  }

  private static List<String> words(String parameters) {
    return List.of(parameters.strip().split("[ \t]+"));
  }

  /** RFC 3461 §4.3, §4.4; other parameters say how the mail came in, which a milter can't change. */
  private static Envelope withParameter(Envelope envelope, String parameter) {
    String upper = parameter.toUpperCase(Locale.ROOT);
    if (upper.equals("RET=FULL")) {
      return envelope.withReturnContent(Envelope.ReturnContent.FULL);
    }
    if (upper.equals("RET=HDRS")) {
      return envelope.withReturnContent(Envelope.ReturnContent.HDRS);
    }
    String id = parameter.substring(parameter.indexOf('=') + 1);
    return upper.startsWith("ENVID=") && isXtext(id) && id.length() <= MAX_ENVELOPE_ID
        ? envelope.withEnvelopeId(id)
        : envelope;
  }

  /** RFC 3461 §4.1, §4.2. */
  private static Recipient recipient(MailAddress address, String parameters) {
    Set<Recipient.Notify> notifyOn = Set.of();
    Optional<String> original = Optional.empty();
    for (String parameter : words(parameters)) {
      String upper = parameter.toUpperCase(Locale.ROOT);
      String value = parameter.substring(parameter.indexOf('=') + 1);
      if (upper.startsWith("NOTIFY=")) {
        notifyOn = conditions(upper.substring("NOTIFY=".length())).orElse(notifyOn);
      } else if (upper.startsWith("ORCPT=")
          && value.indexOf(';') > 0
          && value.length() <= MAX_ORIGINAL_RECIPIENT
          && isXtext(value.substring(value.indexOf(';') + 1))) {
        original = Optional.of(value);
      }
    }
    return new Recipient(address, notifyOn, original, Optional.empty());
  }

  private static Optional<Set<Recipient.Notify>> conditions(String value) {
    try {
      Set<Recipient.Notify> conditions = EnumSet.noneOf(Recipient.Notify.class);
      for (String word : value.split(",", -1)) {
        conditions.add(Recipient.Notify.valueOf(word));
      }
      return conditions.contains(Recipient.Notify.NEVER) && conditions.size() > 1
          ? Optional.empty()
          : Optional.of(conditions);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** RFC 3461 §4. */
  private static boolean isXtext(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 127 && c != '=')
        && !text.replaceAll("\\+[0-9A-F]{2}", "").contains("+");
  }
}
