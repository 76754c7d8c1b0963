package org.mansio.protocols.core;

import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.mansio.spi.ServerTls;

/** Makes TLS handlers out of the JDK's TLS, with the certificate in force at that moment. */
final class TlsHandlers {
  private TlsHandlers() {}

  static SslHandler server(ServerTls tls, Duration handshakeTimeout) {
    SSLEngine engine = tls.context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(tls.protocols().toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    engine.setSSLParameters(parameters);
    // A handshake's arithmetic takes milliseconds: not on the event loop that serves everybody
    // else.
    SslHandler handler = new SslHandler(
        engine, false, task -> Thread.ofVirtual().name("tls-handshake").start(task));
    handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
    return handler;
  }
}
