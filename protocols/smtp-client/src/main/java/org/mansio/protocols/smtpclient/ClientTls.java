package org.mansio.protocols.smtpclient;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
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

  SslHandler handler(Peer peer, boolean verifyIdentity, ByteBufAllocator allocator)
      throws SSLException {
    // The name serves SNI (RFC 6066 §3), session resumption and, when asked for, verification.
    return context(verifyIdentity)
        .newHandler(allocator, peer.name(), peer.address().getPort());
  }

  private synchronized SslContext context(boolean verifyIdentity) throws SSLException {
    if (verifyIdentity) {
      if (verifying == null) {
        SslContextBuilder builder = builder().endpointIdentificationAlgorithm("HTTPS");
        trust.ifPresent(builder::trustManager);
        verifying = builder.build();
      }
      return verifying;
    }
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

  private static SslContextBuilder builder() {
    return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols(PROTOCOLS);
  }
}
