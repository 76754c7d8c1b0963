package org.mansio.protocols.ondemand;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.smtp.SmtpSession;

/** How somebody who asks for mail is known. */
sealed interface Requester {
  /** Whether it is the client of this session. */
  boolean isBehind(SmtpSession session);

  /** Whether it is known for sure, and not by its address alone. */
  boolean isIdentity();

  /** Reads {@code user:NAME}, {@code certificate:NAME} or {@code address:NETWORK}. */
  static Requester parse(String text) throws InvalidSettingException {
    int colon = text.indexOf(':');
    String name = text.substring(colon + 1);
    return switch (text.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT)) {
      case "user" -> new User(address(name));
      case "certificate" -> new Certificate(name.toLowerCase(Locale.ROOT));
      case "address" -> new Address(Network.parse(name));
      default ->
        throw new InvalidSettingException(
            "'" + text + "' is neither user:NAME, certificate:NAME nor address:NETWORK");
    };
  }

  private static MailAddress address(String text) throws InvalidSettingException {
    try {
      return MailAddress.parse(text);
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException(
          "user '" + text + "' isn't a full user name such as shop@example.net");
    }
  }

  /** Who logged in by AUTH. */
  record User(MailAddress name) implements Requester {
    @Override
    public boolean isBehind(SmtpSession session) {
      return session
          .authenticated()
          .filter(user -> user.toString().equalsIgnoreCase(name.toString()))
          .isPresent();
    }

    @Override
    public boolean isIdentity() {
      return true;
    }

    @Override
    public String toString() {
      return "user:" + name;
    }
  }

  /** Who showed a certificate that the listener trusts, for this name. @param name lower case */
  record Certificate(String name) implements Requester {
    private static final int DNS_NAME = 2;

    @Override
    public boolean isBehind(SmtpSession session) {
      return session
          .clientCertificate()
          .filter(shown -> names(shown).contains(name))
          .isPresent();
    }

    @Override
    public boolean isIdentity() {
      return true;
    }

    /** RFC 6125 §6.4.4: the common name counts only where there are no DNS names. */
    private static List<String> names(X509Certificate certificate) {
      List<String> names = new ArrayList<>();
      try {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
          if (alternative.getFirst() instanceof Integer type && type == DNS_NAME) {
            names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
          }
        }
        if (names.isEmpty()) {
          String subject = certificate.getSubjectX500Principal().getName();
          for (Rdn part : new LdapName(subject).getRdns()) {
            if (part.getType().equalsIgnoreCase("CN")) {
              names.add(String.valueOf(part.getValue()).toLowerCase(Locale.ROOT));
            }
          }
        }
      } catch (CertificateParsingException | InvalidNameException e) {
        // A name that can't be read is nobody's.
        return List.of();
      }
      return names;
    }

    @Override
    public String toString() {
      return "certificate:" + name;
    }
  }

  /** Who comes from there. */
  record Address(Network network) implements Requester {
    @Override
    public boolean isBehind(SmtpSession session) {
      return network.contains(session.remote().getAddress());
    }

    @Override
    public boolean isIdentity() {
      return false;
    }

    @Override
    public String toString() {
      return "address:" + network;
    }
  }
}
