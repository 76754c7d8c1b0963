package org.mansio.protocols.sasl.external;

import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.mansio.protocols.sasl.ActingAs;
import org.mansio.protocols.sasl.Digests;
import org.mansio.protocols.sasl.MechanismFactory;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** EXTERNAL (RFC 4422 appendix A) by the client certificate of the TLS handshake. */
public final class ExternalMechanism implements SaslMechanism {
  private static final Logger LOG = LoggerFactory.getLogger(ExternalMechanism.class);
  private static final String NAME = "EXTERNAL";
  // RFC 5280 §4.2.1.6: the tag of an rfc822Name.
  private static final Integer RFC822_NAME = 1;
  private static final String FINGERPRINT = "[0-9a-f]{64}";

  static final Setting<Mapped> USER = Setting.of(
          "user",
          new Setting.Type<>("fingerprint=address", Setting.Kind.PLAIN, ExternalMechanism::mapped),
          "Whose a certificate is that doesn't say so itself: the SHA-256 fingerprint in hexadecimal, with or without"
              + " colons, an equals sign, the user's address. Other certificates name the user by their rfc822Name.")
      .repeated();

  private final Map<String, MailAddress> users;

  /** A certificate's user. */
  record Mapped(String fingerprint, MailAddress user) {}

  /** @param users by fingerprint */
  ExternalMechanism(Map<String, MailAddress> users) {
    this.users = Map.copyOf(users);
  }

  public static SaslMechanismFactory factory() {
    return new MechanismFactory(
        NAME,
        "By the client certificate, on listeners that ask for one; offered to clients that showed one.",
        true,
        SettingSchema.of(USER),
        (settings, services) -> {
          Map<String, MailAddress> users = new TreeMap<>();
          for (Mapped mapped : settings.all(USER)) {
            if (users.putIfAbsent(mapped.fingerprint(), mapped.user()) != null) {
              throw new InvalidSettingException(
                  "the certificate " + mapped.fingerprint() + " has two users");
            }
          }
          return new ExternalMechanism(users);
        });
  }

  private static Mapped mapped(String text) throws InvalidSettingException {
    String[] parts = text.split("=", 2);
    String fingerprint = parts[0].strip().replace(":", "").toLowerCase(Locale.ROOT);
    if (parts.length != 2 || !fingerprint.matches(FINGERPRINT)) {
      throw new InvalidSettingException(
          "'" + text + "' isn't a SHA-256 fingerprint, an equals sign and an address");
    }
    try {
      return new Mapped(fingerprint, MailAddress.parse(parts[1].strip()));
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException("'" + parts[1] + "' isn't an address: " + e.getMessage());
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Strength strength() {
    return Strength.KEY;
  }

  @Override
  public boolean needsConfidentiality() {
    return false;
  }

  @Override
  public boolean isUsable(Context context) {
    return context.clientCertificate().isPresent();
  }

  @Override
  public SaslExchange start(Context context) {
    return new SaslExchange() {
      @Override
      public boolean clientFirst() {
        return true;
      }

      @Override
      public SaslStep next(byte[] response) {
        return check(context, response);
      }
    };
  }

  private SaslStep check(Context context, byte[] response) {
    Optional<String> identity = SaslText.decode(response, 0, response.length);
    if (identity.isEmpty()) {
      return new SaslStep.Malformed("too long or not UTF-8");
    }
    Optional<X509Certificate> certificate = context.clientCertificate();
    if (certificate.isEmpty()) {
      return new SaslStep.Rejected("the client showed no certificate");
    }
    Set<MailAddress> named = named(context.users(), certificate.get());
    // The client's own words, where any authority signs what it is given.
    String subject = SaslText.shown(certificate.get().getSubjectX500Principal().getName());
    if (!identity.get().isEmpty()) {
      return named.stream()
          .filter(user -> ActingAs.isSelf(context.users(), user, identity.get()))
          .<SaslStep>map(SaslStep.Success::new)
          .findFirst()
          .orElseGet(() -> new SaslStep.Rejected(
              subject + " is no certificate of " + SaslText.shown(identity.get())));
    }
    return named.size() == 1
        ? new SaslStep.Success(named.iterator().next())
        : new SaslStep.Rejected(
            "certificate " + subject + " is that of " + named.size() + " users");
  }

  private Set<MailAddress> named(UserDirectory directory, X509Certificate certificate) {
    try {
      String fingerprint =
          HexFormat.of().formatHex(Digests.digest("SHA-256", certificate.getEncoded()));
      MailAddress mapped = users.get(fingerprint);
      if (mapped != null) {
        return directory.findUser(mapped).map(Set::of).orElse(Set.of());
      }
      Set<MailAddress> found = new LinkedHashSet<>();
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (RFC822_NAME.equals(name.get(0)) && name.get(1) instanceof String address) {
          directory.addressOf(address).flatMap(directory::findUser).ifPresent(found::add);
        }
      }
      return found;
    } catch (CertificateEncodingException | CertificateParsingException e) {
      LOG.warn("a client certificate can't be read: {}", e.getMessage());
      return Set.of();
    }
  }
}
