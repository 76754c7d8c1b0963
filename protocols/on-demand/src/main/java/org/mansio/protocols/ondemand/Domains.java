package org.mansio.protocols.ondemand;

import java.util.Optional;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * A domain, or a domain with all below it.
 *
 * @param domain lower case, A-labels
 * @param subdomains whether those below are meant too
 */
record Domains(String domain, boolean subdomains) {
  /** What stands before a domain that means its subdomains too (RFC 1985 §5.3). */
  static final char WITH_SUBDOMAINS = '@';

  /** A domain name as the rest of the server writes it; empty when the text isn't one. */
  static Optional<String> name(String text) {
    try {
      // A domain is what may stand in an address (RFC 5321 §4.1.2); a literal has no lane of its
      // own
      // that somebody could own.
      String domain = MailAddress.parse("postmaster@" + text).domain();
      return domain.startsWith("[") ? Optional.empty() : Optional.of(domain);
    } catch (InvalidAddressException e) {
      return Optional.empty();
    }
  }

  /** Reads {@code example.org} or {@code @example.org}. */
  static Optional<Domains> find(String text) {
    boolean all = !text.isEmpty() && text.charAt(0) == WITH_SUBDOMAINS;
    return name(all ? text.substring(1) : text).map(domain -> new Domains(domain, all));
  }

  /** The same for a setting. */
  static Domains parse(String text) throws InvalidSettingException {
    return find(text)
        .orElseThrow(() -> new InvalidSettingException(
            "'" + text + "' is neither a domain nor @ and a domain, for its subdomains too"));
  }

  boolean covers(String other) {
    return other.equals(domain) || subdomains && other.endsWith("." + domain);
  }

  /** Whether all that the other means is meant. */
  boolean covers(Domains other) {
    return covers(other.domain) && (subdomains || !other.subdomains);
  }

  @Override
  public String toString() {
    return subdomains ? WITH_SUBDOMAINS + domain : domain;
  }
}
