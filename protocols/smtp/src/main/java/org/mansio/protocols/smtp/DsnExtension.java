package org.mansio.protocols.smtp;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpSession;

/** DSN (RFC 3461 §4): what the sender wants to hear about the fate of the mail, kept as received. */
final class DsnExtension implements SmtpExtension {
  // RFC 3461 §4.2: the parameter's value has at most 500 characters, §4.4: at most 100.
  private static final int MAX_ORCPT = 500;
  private static final int MAX_ENVID = 100;
  // RFC 3461 §4.2: an atom of RFC 822.
  private static final Pattern ADDRESS_TYPE = Pattern.compile("[A-Za-z0-9!#$%&'*/?^_`{|}~-]+");
  // RFC 6533 §3: utf-8-addr-unitext; without its UTF-8 it is utf-8-addr-xtext.
  private static final String UTF8_TYPE = "utf-8";
  private static final Pattern UNITEXT = Pattern.compile(
      "(?:[!-*,-<>-\\[\\]-~\\x{A0}-\\x{10FFFF}]" + "|\\\\x\\{(?:[0-9A-F]{2,6})\\})+");

  @Override
  public String name() {
    return "dsn";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return List.of("DSN");
  }

  @Override
  public List<SmtpParameter> parameters() {
    return List.of(new Ret(), new EnvId(), new NotifyOn(), new OrCpt());
  }

  /** RFC 3461 §4.3. */
  private static final class Ret implements SmtpParameter.OfMail {
    @Override
    public String keyword() {
      return "RET";
    }

    @Override
    public int extraOctets() {
      return " RET=FULL".length();
    }

    @Override
    public Result<Envelope> apply(SmtpSession session, Optional<String> value, Envelope envelope) {
      return switch (value.orElse("").toUpperCase(Locale.ROOT)) {
        case "FULL" ->
          new Result.Applied<>(envelope.withReturnContent(Envelope.ReturnContent.FULL));
        case "HDRS" ->
          new Result.Applied<>(envelope.withReturnContent(Envelope.ReturnContent.HDRS));
        default -> new Result.Refused<>(Replies.syntax("RET is FULL or HDRS"));
      };
    }
  }

  /** RFC 3461 §4.4. */
  private static final class EnvId implements SmtpParameter.OfMail {
    @Override
    public String keyword() {
      return "ENVID";
    }

    @Override
    public int extraOctets() {
      return " ENVID=".length() + MAX_ENVID;
    }

    @Override
    public Result<Envelope> apply(SmtpSession session, Optional<String> value, Envelope envelope) {
      if (value.isEmpty() || value.get().length() > MAX_ENVID || !Xtext.isValid(value.get())) {
        return new Result.Refused<>(Replies.syntax("ENVID is xtext of at most 100 characters"));
      }
      return new Result.Applied<>(envelope.withEnvelopeId(value.get()));
    }
  }

  /** RFC 3461 §4.1. */
  private static final class NotifyOn implements SmtpParameter.OfRcpt {
    @Override
    public String keyword() {
      return "NOTIFY";
    }

    @Override
    public int extraOctets() {
      return " NOTIFY=SUCCESS,FAILURE,DELAY".length();
    }

    @Override
    public Result<Recipient> apply(
        SmtpSession session, Optional<String> value, Recipient recipient) {
      Set<Recipient.Notify> conditions = EnumSet.noneOf(Recipient.Notify.class);
      for (String part : value.orElse("").split(",", -1)) {
        Optional<Recipient.Notify> condition = condition(part);
        if (condition.isEmpty() || !conditions.add(condition.get())) {
          return refused();
        }
      }
      // RFC 3461 §4.1: NEVER stands alone.
      if (conditions.contains(Recipient.Notify.NEVER) && conditions.size() > 1) {
        return refused();
      }
      return new Result.Applied<>(new Recipient(
          recipient.address(), conditions, recipient.originalRecipient(), recipient.status()));
    }

    private static Optional<Recipient.Notify> condition(String text) {
      return switch (text.toUpperCase(Locale.ROOT)) {
        case "NEVER" -> Optional.of(Recipient.Notify.NEVER);
        case "SUCCESS" -> Optional.of(Recipient.Notify.SUCCESS);
        case "FAILURE" -> Optional.of(Recipient.Notify.FAILURE);
        case "DELAY" -> Optional.of(Recipient.Notify.DELAY);
        default -> Optional.empty();
      };
    }

    private static Result<Recipient> refused() {
      return new Result.Refused<>(
          Replies.syntax("NOTIFY is NEVER, or a list of SUCCESS, FAILURE, DELAY"));
    }
  }

  /** RFC 3461 §4.2; kept byte for byte. */
  private static final class OrCpt implements SmtpParameter.OfRcpt {
    @Override
    public String keyword() {
      return "ORCPT";
    }

    @Override
    public int extraOctets() {
      return " ORCPT=".length() + MAX_ORCPT;
    }

    @Override
    public Result<Recipient> apply(
        SmtpSession session, Optional<String> value, Recipient recipient) {
      String text = value.orElse("");
      int semicolon = text.indexOf(';');
      if (text.getBytes(StandardCharsets.UTF_8).length > MAX_ORCPT
          || semicolon < 1
          || !ADDRESS_TYPE.matcher(text.substring(0, semicolon)).matches()
          || !isAddress(session, text.substring(0, semicolon), text.substring(semicolon + 1))) {
        return new Result.Refused<>(
            Replies.syntax("ORCPT is a type, a semicolon and xtext; at most 500 characters"));
      }
      return new Result.Applied<>(new Recipient(
          recipient.address(), recipient.notifyOn(), Optional.of(text), recipient.status()));
    }

    private static boolean isAddress(SmtpSession session, String type, String address) {
      if (!type.equalsIgnoreCase(UTF8_TYPE)) {
        return Xtext.isValid(address);
      }
      // RFC 6533 §3: UTF-8 itself only in a transaction with SMTPUTF8.
      return UNITEXT.matcher(address).matches()
          && (address.chars().allMatch(c -> c < 128)
              || session.transaction().filter(Envelope::smtpUtf8).isPresent());
    }
  }
}
