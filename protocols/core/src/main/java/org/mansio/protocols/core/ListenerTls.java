package org.mansio.protocols.core;

import io.netty.handler.ssl.SslHandler;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.ServerTls;

/**
 * A listener's TLS, by the JDK's: with the certificates in force at each moment, and clients' certificates where it asks for
 * them. Thread-safe.
 */
final class ListenerTls {
  private final ServerTls tls;
  private final Duration handshakeTimeout;
  private final Optional<ClientCertificates> clients;
  private volatile @Nullable AskingContext asking;

  /** A context of this listener's own, and what it was made of. */
  private record AskingContext(
      X509ExtendedKeyManager keys, X509ExtendedTrustManager authorities, SSLContext context) {}

  ListenerTls(ServerTls tls, Duration handshakeTimeout, Optional<ClientCertificates> clients) {
    this.tls = tls;
    this.handshakeTimeout = handshakeTimeout;
    this.clients = clients;
  }

  /** For one connection. @throws IllegalStateException when there is no usable certificate */
  SslHandler handler() {
    SSLEngine engine = context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(tls.protocols().toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    clients.ifPresent(wanted -> {
      if (wanted.required()) {
        parameters.setNeedClientAuth(true);
      } else {
        parameters.setWantClientAuth(true);
      }
    });
    engine.setSSLParameters(parameters);
    // A handshake's arithmetic takes milliseconds: not on the event loop that serves everybody
    // else.
    SslHandler handler = new SslHandler(
        engine, false, task -> Thread.ofVirtual().name("tls-handshake").start(task));
    handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
    return handler;
  }

  /** The client's certificate, if it is good. May block to find out. */
  Optional<X509Certificate> verified(SSLSession session) {
    if (clients.isEmpty()) {
      return Optional.empty();
    }
    try {
      X509Certificate[] chain = Arrays.stream(session.getPeerCertificates())
          .map(X509Certificate.class::cast)
          .toArray(X509Certificate[]::new);
      return clients.get().verified(chain);
    } catch (SSLPeerUnverifiedException e) {
      // How the JDK says that there is none.
      return Optional.empty();
    }
  }

  /**
   * Where clients are asked for certificates, not the context that others use too: a session begun where nobody asked, or
   * where other authorities count, must not be resumed here (RFC 8446 §2.2).
   */
  private SSLContext context() {
    if (clients.isEmpty()) {
      return tls.context();
    }
    X509ExtendedKeyManager keys = tls.keyManager();
    X509ExtendedTrustManager authorities = clients.get().authorities();
    AskingContext current = asking;
    if (current == null || current.keys() != keys || current.authorities() != authorities) {
      current =
          new AskingContext(keys, authorities, make(keys, clients.get().inHandshake(authorities)));
      asking = current;
    }
    return current.context();
  }

  private static SSLContext make(KeyManager keys, TrustManager authorities) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, new TrustManager[] {authorities}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS in this JDK", e);
    }
  }
}
