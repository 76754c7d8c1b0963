package org.mansio.mailets.standard.definition;

import java.util.List;
import java.util.Locale;
import org.mansio.spi.Environment;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/** Where a mailet sends something: an address, or a word for one that depends on the mail. */
public sealed interface Destination {
  /** A fixed address. */
  record Address(MailAddress address) implements Destination {}

  /** The postmaster of this server. */
  record Postmaster() implements Destination {}

  /** The reverse-path of the mail; nobody when it is null. */
  record Sender() implements Destination {}

  /** The recipients of the mail. */
  record Recipients() implements Destination {}

  /** A setting that names one. */
  static Setting<Destination> setting(String name, String description) {
    Setting.Type<Destination> type = new Setting.Type<>(
        "address, sender, postmaster or recipients", Setting.Kind.PLAIN, Destination::parse);
    return Setting.of(name, type, description);
  }

  private static Destination parse(String text) throws InvalidSettingException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "postmaster" -> new Postmaster();
      case "sender", "reversepath" -> new Sender();
      case "recipients", "unaltered" -> new Recipients();
      default -> parseAddress(text);
    };
  }

  private static Destination parseAddress(String text) throws InvalidSettingException {
    try {
      return new Address(MailAddress.parse(text));
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException("'" + text
          + "' is neither an address nor sender, postmaster or recipients: " + e.getMessage());
    }
  }

  /** The addresses that it means for this mail; each once. */
  static List<MailAddress> resolve(
      List<Destination> destinations, Mail mail, Environment environment) {
    return destinations.stream()
        .flatMap(destination -> destination.of(mail, environment).stream())
        .distinct()
        .toList();
  }

  private List<MailAddress> of(Mail mail, Environment environment) {
    return switch (this) {
      case Address fixed -> List.of(fixed.address());
      case Postmaster postmaster -> List.of(environment.postmaster());
      case Sender sender -> mail.sender().stream().toList();
      case Recipients recipients ->
        mail.recipients().stream().map(Recipient::address).toList();
    };
  }
}
