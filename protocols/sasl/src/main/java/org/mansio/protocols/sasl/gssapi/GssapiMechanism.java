package org.mansio.protocols.sasl.gssapi;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.mansio.protocols.sasl.MechanismFactory;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;

/** GSSAPI (RFC 4752): a ticket of Kerberos, without a security layer; TLS is there for that. */
public final class GssapiMechanism implements SaslMechanism {
  private static final String NAME = "GSSAPI";

  static final Setting<String> KEYTAB = Setting.text(
          "keytab",
          "The file with this server's keys, such as that of smtp/mail.example.org; for the server alone to read. Relative"
              + " paths start at the configuration folder.")
      .mandatory();

  static final Setting<String> PRINCIPAL = Setting.text(
          "principal", "The service principal that clients come with; *: any in the keytab.")
      .defaultsTo("*");

  static final Setting<String> REALM = Setting.text(
          "realm", "The Kerberos realm whose users are taken, such as EXAMPLE.ORG.")
      .mandatory();

  static final Setting<String> DOMAIN = Setting.of(
      "domain",
      new Setting.Type<>("domain", Setting.Kind.PLAIN, GssapiMechanism::mailDomain),
      "The mail domain of the realm's users. Not set: the realm in lower case.");

  private final Acceptor acceptor;
  private final Realm realm;

  /** Makes contexts that wait for a client. */
  @FunctionalInterface
  interface Acceptor {
    /** @throws GSSException when the server's keys can't be used */
    GSSContext context() throws GSSException;
  }

  GssapiMechanism(Acceptor acceptor, Realm realm) {
    this.acceptor = acceptor;
    this.realm = realm;
  }

  public static SaslMechanismFactory factory() {
    return new MechanismFactory(
        NAME,
        "By a ticket of Kerberos.",
        false,
        SettingSchema.of(KEYTAB, PRINCIPAL, REALM, DOMAIN),
        (settings, services) -> {
          Path keytab = services
              .environment()
              .configuration()
              .resolve(settings.get(KEYTAB))
              .toAbsolutePath();
          if (!Files.isReadable(keytab)) {
            throw new InvalidSettingException("keytab " + keytab + " can't be read");
          }
          String name = settings.get(REALM);
          String domain = settings.find(DOMAIN).orElse(name.toLowerCase(Locale.ROOT));
          return new GssapiMechanism(
              new KerberosKeys(keytab, settings.get(PRINCIPAL)), new Realm(name, domain));
        });
  }

  private static String mailDomain(String text) throws InvalidSettingException {
    try {
      return MailAddress.parse("postmaster@" + text).domain();
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException("'" + text + "' isn't a domain: " + e.getMessage());
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
  public SaslExchange start(Context context) {
    return new GssapiExchange(acceptor, realm, context);
  }
}
