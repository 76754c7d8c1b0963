package org.mansio.mailets.antispam.milter;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.mansio.spi.smtp.SmtpSession;

/** What is known of a client, in Sendmail's words. */
final class ClientFacts {
  private static final Pattern KEY_SIZE = Pattern.compile("(?:AES|CAMELLIA|ARIA)_([0-9]{3})");

  private ClientFacts() {}

  /** An address as it stands in a packet, without brackets or zone. */
  static String address(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  /** An address as it stands in a macro: IPv6 is said so. */
  static String taggedAddress(InetAddress address) {
    return (address instanceof Inet6Address ? "IPv6:" : "") + address(address);
  }

  /** The client's name, or its address in brackets where it has none that can be relied on. */
  static String name(SmtpSession session) {
    return session.remoteHost().orElseGet(() -> bracketed(session));
  }

  static String bracketed(SmtpSession session) {
    return "[" + taggedAddress(session.remote().getAddress()) + "]";
  }

  static Optional<String> tlsVersion(SmtpSession session) {
    return session.tlsDescription().map(tls -> tls.split(" ", 2)[0]);
  }

  static Optional<String> cipher(SmtpSession session) {
    return session
        .tlsDescription()
        .map(tls -> tls.split(" ", 2))
        .filter(parts -> parts.length == 2)
        .map(parts -> parts[1]);
  }

  /** The key size that the name of a cipher suite tells. */
  static Optional<String> cipherBits(SmtpSession session) {
    return cipher(session).map(name -> name.toUpperCase(Locale.ROOT)).flatMap(name -> {
      Matcher size = KEY_SIZE.matcher(name);
      if (size.find()) {
        return Optional.of(size.group(1));
      }
      return name.contains("CHACHA20") ? Optional.of("256") : Optional.empty();
    });
  }

  /** A distinguished name as Sendmail writes it, from the top: {@code /C=DE/O=Example/CN=mx.example.org}. */
  static String distinguishedName(X500Principal name) {
    try {
      StringBuilder text = new StringBuilder();
      for (Rdn part : new LdapName(name.getName()).getRdns()) {
        text.append('/').append(part.getType()).append('=').append(part.getValue());
      }
      return text.toString();
    } catch (InvalidNameException e) {
      return name.getName();
    }
  }
}
