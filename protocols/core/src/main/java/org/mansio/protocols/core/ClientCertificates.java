package org.mansio.protocols.core;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.X509ExtendedTrustManager;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a listener asks its clients for certificates, and whose it believes. Thread-safe. */
public final class ClientCertificates {
  private static final Logger log = LoggerFactory.getLogger(ClientCertificates.class);

  private final boolean required;
  private final ClientAuthorities authorities;

  /** Whether clients are asked. */
  public enum Mode {
    NONE,
    /** They are, but a client without a good one is as welcome as it would be otherwise. */
    REQUEST,
    /** There is no TLS without a good one. */
    REQUIRE
  }

  ClientCertificates(boolean required, ClientAuthorities authorities) {
    this.required = required;
    this.authorities = authorities;
  }

  /** Out of {@link ConnectionSettings}; empty where clients aren't asked. */
  static Optional<ClientCertificates> of(Settings settings, Path configuration)
      throws InvalidSettingException {
    Optional<String> file = settings.find(ConnectionSettings.CLIENT_AUTHORITIES);
    Mode mode = settings.get(ConnectionSettings.CLIENT_CERTIFICATES);
    if (mode == Mode.NONE) {
      return Optional.empty();
    }
    if (file.isEmpty()) {
      throw new InvalidSettingException(
          "clientCertificates needs clientAuthorities: who signs your clients' certificates");
    }
    try {
      ClientAuthorities authorities = new ClientAuthorities(
          configuration.resolve(file.get()), settings.get(ConnectionSettings.CHECK_REVOCATION));
      return Optional.of(new ClientCertificates(mode == Mode.REQUIRE, authorities));
    } catch (IOException e) {
      throw new InvalidSettingException("clientAuthorities: " + e.getMessage());
    }
  }

  boolean required() {
    return required;
  }

  /** Those in force now; the same object as long as they are the same. */
  X509ExtendedTrustManager authorities() {
    return authorities.current();
  }

  /** What decides in the handshake where these authorities are in force. */
  X509ExtendedTrustManager inHandshake(X509ExtendedTrustManager strict) {
    // Mail servers show whatever certificate they have when they are asked for one. That mustn't
    // keep their mail out, so what isn't required is looked at behind the handshake.
    return required ? strict : new LenientTrust(strict);
  }

  /** The certificate of a finished handshake, if it is good. */
  Optional<X509Certificate> verified(X509Certificate[] chain) {
    if (required) {
      return Optional.of(chain[0]);
    }
    try {
      authorities.current().checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return Optional.of(chain[0]);
    } catch (CertificateException e) {
      log.info(
          "The client certificate of {} counts as none: {}",
          // The client's own words.
          chain[0].getSubjectX500Principal().getName().replaceAll("\\p{Cntrl}", "?"),
          e.getMessage());
      return Optional.empty();
    }
  }
}
