package org.mansio.server.kernel.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a certificate by the server name that the client asks for (RFC 6066 §3): one for that name, or else the first of
 * all. Of several for a name, with keys of different kinds, the client's algorithms decide. Immutable.
 */
final class CertificatesByName extends X509ExtendedKeyManager {
  private final List<KeyedCertificate> certificates;

  /** @param certificates not empty; the first stands for names that none is for, and where there is no name */
  CertificatesByName(List<KeyedCertificate> certificates) {
    this.certificates = List.copyOf(certificates);
  }

  /** When the first of them ends. */
  Instant validUntil() {
    return certificates.stream()
        .map(KeyedCertificate::validUntil)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyType, engine.getHandshakeSession());
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyType, socket instanceof SSLSocket secure ? secure.getHandshakeSession() : null);
  }

  private @Nullable String alias(String keyType, @Nullable SSLSession handshake) {
    List<KeyedCertificate> candidates = requestedName(handshake)
        .map(name -> certificates.stream().filter(c -> c.isFor(name)).toList())
        .filter(found -> !found.isEmpty())
        .orElse(List.of(certificates.getFirst()));
    return candidates.stream()
        .filter(candidate -> candidate.keyType().equals(keyType))
        .findFirst()
        .map(certificates::indexOf)
        .map(String::valueOf)
        .orElse(null);
  }

  private static Optional<String> requestedName(@Nullable SSLSession handshake) {
    return handshake instanceof ExtendedSSLSession extended
        ? extended.getRequestedServerNames().stream()
            .filter(SNIHostName.class::isInstance)
            .map(name -> ((SNIHostName) name).getAsciiName().toLowerCase(Locale.ROOT))
            .findFirst()
        : Optional.empty();
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return IntStream.range(0, certificates.size())
        .filter(i -> certificates.get(i).keyType().equals(keyType))
        .mapToObj(Integer::toString)
        .toArray(String[]::new);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return certificates.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return certificates.get(Integer.parseInt(alias)).key();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String toString() {
    return certificates.toString();
  }
}
