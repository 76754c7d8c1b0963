package org.mansio.protocols.smtpclient;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Which names a certificate is for. */
final class CertificateNames {
  // RFC 5280 §4.2.1.6, dNSName.
  private static final int DNS_NAME = 2;

  private CertificateNames() {}

  /** Whether it is for one of the names. @param wanted lower case; one that begins with a dot: any name below it */
  static boolean matchAny(X509Certificate certificate, Collection<String> wanted) {
    List<String> names = of(certificate);
    return wanted.stream().anyMatch(name -> names.stream().anyMatch(own -> matches(own, name)));
  }

  /** RFC 9525 §2: the names of the subject alternative name only, lower case. */
  static List<String> of(X509Certificate certificate) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      return all == null
          ? List.of()
          : all.stream()
              .filter(name -> name.get(0).equals(DNS_NAME))
              .map(name -> name.get(1).toString().toLowerCase(Locale.ROOT))
              .toList();
    } catch (CertificateParsingException e) {
      // For no name, then.
      return List.of();
    }
  }

  private static boolean matches(String own, String wanted) {
    if (wanted.startsWith(".")) {
      return own.endsWith(wanted) && own.length() > wanted.length();
    }
    if (!own.startsWith("*.")) {
      return own.equals(wanted);
    }
    // RFC 9525 §6.3: a wildcard is the whole first label and stands for exactly one.
    int dot = wanted.indexOf('.');
    return dot > 0 && wanted.substring(dot).equals(own.substring(1));
  }
}
