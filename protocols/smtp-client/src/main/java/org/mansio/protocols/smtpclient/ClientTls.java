package org.mansio.protocols.smtpclient;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS as a client: TLS 1.2 and 1.3, certificates verified or not as the connection's options say. Contexts are made at
 * first use. Thread-safe.
 */
public final class ClientTls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final Optional<TrustManagerFactory> trust;
  private @Nullable SslContext verifying;
  private @Nullable SslContext unverifying;
  private @Nullable X509ExtendedTrustManager anchors;

  /** One handshake to come. @param trust whom its certificates are shown, where that is for this peer alone */
  record Handshake(SslHandler handler, Optional<PeerTrust> trust) {
    /** After it succeeded. */
    TlsOutcome outcome() {
      SSLSession session = handler.engine().getSession();
      return trust
          .flatMap(PeerTrust::tolerated)
          .<TlsOutcome>map(TlsOutcome.Problem::of)
          .orElseGet(() -> new TlsOutcome.Protected(
              session.getProtocol() + " with " + session.getCipherSuite()));
    }
  }

  private ClientTls(Optional<TrustManagerFactory> trust) {
    this.trust = trust;
  }

  /** Trusts what the Java runtime trusts. */
  public static ClientTls ofRuntime() {
    return new ClientTls(Optional.empty());
  }

  /** Trusts what the given one trusts. */
  public static ClientTls trusting(TrustManagerFactory trust) {
    return new ClientTls(Optional.of(trust));
  }

  Handshake handshake(Peer peer, Verification verification, ByteBufAllocator allocator)
      throws SSLException {
    // The name serves SNI (RFC 6066 §3), session resumption and, when asked for, verification.
    return switch (verification) {
      case Verification.None none -> shared(unverifying(), peer, allocator);
      case Verification.ByName byName
      when byName.enforced() && byName.names().isEmpty() -> shared(verifying(), peer, allocator);
      case Verification.ByName byName -> own(byName, peer.name(), peer, allocator);
      case Verification.ByTlsa byTlsa -> own(byTlsa, byTlsa.serverName(), peer, allocator);
    };
  }

  private static Handshake shared(SslContext context, Peer peer, ByteBufAllocator allocator) {
    return new Handshake(
        context.newHandler(allocator, peer.name(), peer.address().getPort()), Optional.empty());
  }

  /** With a context of its own: what was verified for one must not be resumed for another. */
  private Handshake own(
      Verification verification, String serverName, Peer peer, ByteBufAllocator allocator)
      throws SSLException {
    PeerTrust check = new PeerTrust(verification, peer.name().toLowerCase(Locale.ROOT), anchors());
    SslHandler handler = builder()
        .trustManager(check)
        .endpointIdentificationAlgorithm("")
        .build()
        .newHandler(allocator, serverName, peer.address().getPort());
    return new Handshake(handler, Optional.of(check));
  }

  private synchronized SslContext verifying() throws SSLException {
    if (verifying == null) {
      verifying = builder()
          .endpointIdentificationAlgorithm("HTTPS")
          .trustManager(new AlternativeNameTrust(anchors()))
          .build();
    }
    return verifying;
  }

  private synchronized SslContext unverifying() throws SSLException {
    if (unverifying == null) {
      // RFC 7435 §3: encryption without authentication is better than none, and all that most MX
      // hosts make possible.
      unverifying = builder()
          .trustManager(InsecureTrustManagerFactory.INSTANCE)
          .endpointIdentificationAlgorithm("")
          .build();
    }
    return unverifying;
  }

  private synchronized X509ExtendedTrustManager anchors() throws SSLException {
    if (anchors == null) {
      anchors = (X509ExtendedTrustManager) Arrays.stream(factory().getTrustManagers())
          .filter(X509ExtendedTrustManager.class::isInstance)
          .findFirst()
          .orElseThrow(() -> new SSLException("no trust anchors for X.509"));
    }
    return anchors;
  }

  private TrustManagerFactory factory() throws SSLException {
    if (trust.isPresent()) {
      return trust.get();
    }
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return factory;
    } catch (GeneralSecurityException e) {
      throw new SSLException("the trust anchors of the Java runtime can't be read", e);
    }
  }

  private static SslContextBuilder builder() {
    return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols(PROTOCOLS);
  }
}
