package org.mansio.spi.mail;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * A mailbox of RFC 5321 §4.1.2 with the UTF-8 of RFC 6531 §3.3.
 *
 * @param localPart the local part without quoting, case kept, as RFC 5321 §2.4 asks; at most 64 octets
 * @param domain lower case; internationalised labels as A-labels (RFC 5890), so that one name has one form; or an address
 *     literal with its brackets; at most 255 octets
 */
public record MailAddress(String localPart, String domain) {
  /** RFC 5321 §4.5.3.1.1, in octets. */
  public static final int MAX_LOCAL_PART = 64;

  /** RFC 5321 §4.5.3.1.2, in octets. */
  public static final int MAX_DOMAIN = 255;

  /** RFC 5321 §4.5.3.1.3 less the angle brackets, in octets. */
  public static final int MAX_MAILBOX = 254;

  /** Takes parts that were checked already; text from outside goes through {@link #parse}. */
  public MailAddress {
    Objects.requireNonNull(localPart);
    Objects.requireNonNull(domain);
  }

  /**
   * Reads a mailbox without angle brackets and without a source route.
   *
   * @throws InvalidAddressException when the text isn't one
   */
  public static MailAddress parse(String text) throws InvalidAddressException {
    return new MailAddressParser(text).parse();
  }

  /**
   * Reads a mailbox that is known to be right, such as a constant.
   *
   * @throws IllegalArgumentException when the text isn't a mailbox
   */
  public static MailAddress of(String text) {
    try {
      return parse(text);
    } catch (InvalidAddressException e) {
      throw new IllegalArgumentException(text + ": " + e.getMessage(), e);
    }
  }

  /** The same mailbox in another domain. */
  public MailAddress withDomain(String newDomain) {
    return new MailAddress(localPart, newDomain.toLowerCase(Locale.ROOT));
  }

  /** The same domain with another local part. */
  public MailAddress withLocalPart(String newLocalPart) {
    return new MailAddress(newLocalPart, domain);
  }

  /**
   * Whether local part and whole are as short as RFC 5321 §4.5.3.1 wants them: what {@link #parse} returns is; another domain
   * or local part may make it longer.
   */
  public boolean fits() {
    return MailAddressParser.octets(localPart) <= MAX_LOCAL_PART
        && MailAddressParser.octets(toString()) <= MAX_MAILBOX;
  }

  /** Whether the domain is an address literal such as {@code [192.0.2.1]} (RFC 5321 §4.1.3). */
  public boolean isLiteral() {
    return domain.startsWith("[");
  }

  /** Whether only a peer with SMTPUTF8 can take this address: the local part isn't ASCII (the domain is A-labels). */
  public boolean isInternational() {
    return !StandardCharsets.US_ASCII.newEncoder().canEncode(localPart);
  }

  /** Equal in the way mailboxes of one server are looked up: local parts compared without case. */
  public boolean sameMailbox(MailAddress other) {
    return domain.equals(other.domain) && localPart.equalsIgnoreCase(other.localPart);
  }

  /** As on the wire, quoted where needed, without angle brackets. */
  @Override
  public String toString() {
    return MailAddressParser.quoteIfNeeded(localPart) + "@" + domain;
  }
}
