package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ActiveMQSslConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;
import org.apache.activemq.util.URISupport;
import org.jspecify.annotations.Nullable;

/** Connects to a broker in another process. */
final class ExternalBroker implements Broker {
  /** A broker that takes a connection and then says nothing is as good as away, milliseconds. */
  private static final int CONNECT_RESPONSE = 20_000;

  private final BrokerAccess access;
  private final String url;

  /** @throws URISyntaxException when the URL isn't one */
  ExternalBroker(BrokerAccess access) throws URISyntaxException {
    this.access = access;
    this.url = withoutOwnReconnect(access.url());
  }

  /**
   * Leaves of the failover transport the choice among several brokers. That it connects again by itself, behind our back, would
   * let sends hang without an end, lose acknowledgements that nobody waits for, and leave commits in doubt without saying so:
   * each user of a connection makes a new one instead, and knows what it lost.
   */
  static String withoutOwnReconnect(String url) throws URISyntaxException {
    URI uri = new URI(url);
    if (!BrokerUrl.FAILOVER.equals(uri.getScheme())) {
      return url;
    }
    URISupport.CompositeData composite = URISupport.parseComposite(uri);
    Map<String, String> parameters = new TreeMap<>(composite.getParameters());
    parameters.put("maxReconnectAttempts", "0");
    parameters.put("startupMaxReconnectAttempts", "0");
    parameters.put("warnAfterReconnectAttempts", "-1");
    String brokers = Arrays.stream(composite.getComponents())
        .map(URI::toString)
        .collect(Collectors.joining(","));
    return BrokerUrl.FAILOVER + ":(" + brokers + ")?" + URISupport.createQueryString(parameters);
  }

  @Override
  public ActiveMQConnection connect() throws JMSException {
    ActiveMQConnection connection = null;
    try {
      connection = (ActiveMQConnection) factory().createConnection();
      connection.start();
      return connection;
    } catch (JMSException e) {
      Connections.close(connection);
      throw e;
    } catch (IOException | GeneralSecurityException e) {
      throw failure(e.getMessage(), e);
    }
  }

  private ActiveMQConnectionFactory factory() throws IOException, GeneralSecurityException {
    ActiveMQConnectionFactory factory;
    if (access.trust().isPresent() || access.key().isPresent()) {
      ActiveMQSslConnectionFactory secure = new ActiveMQSslConnectionFactory(url);
      secure.setKeyAndTrustManagers(keys(), trusted(), null);
      factory = secure;
    } else {
      factory = new ActiveMQConnectionFactory(url);
    }
    access.user().ifPresent(factory::setUserName);
    Optional<String> password = access.password().text();
    if (access.password().file().isPresent()) {
      password = Files.readAllLines(access.password().file().get()).stream().findFirst();
    }
    password.ifPresent(factory::setPassword);
    return configure(factory);
  }

  /** The settings that every connection needs. */
  private static ActiveMQConnectionFactory configure(ActiveMQConnectionFactory factory) {
    factory.setConnectResponseTimeout(CONNECT_RESPONSE);
    factory.setWatchTopicAdvisories(false);
    // Otherwise held messages that come again on a new connection are taken for duplicates and end
    // in
    // ActiveMQ.DLQ.
    factory.setCheckForDuplicates(false);
    // An entry's end is durable when acknowledge returns.
    factory.setSendAcksAsync(false);
    factory.setCopyMessageOnSend(false);
    factory.setUseRetroactiveConsumer(false);
    RedeliveryPolicy redelivery = new RedeliveryPolicy();
    redelivery.setMaximumRedeliveries(RedeliveryPolicy.NO_MAXIMUM_REDELIVERIES);
    redelivery.setInitialRedeliveryDelay(0);
    redelivery.setRedeliveryDelay(0);
    factory.setRedeliveryPolicy(redelivery);
    return factory;
  }

  private KeyManager @Nullable [] keys() throws IOException, GeneralSecurityException {
    if (access.key().isEmpty()) {
      return null;
    }
    char[] password = access.keyPassword().orElse("").toCharArray();
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(access.key().get().toFile(), password), password);
    return keys.getKeyManagers();
  }

  private TrustManager @Nullable [] trusted() throws IOException, GeneralSecurityException {
    if (access.trust().isEmpty()) {
      return null;
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(certificates(access.trust().get()));
    return trust.getTrustManagers();
  }

  private KeyStore certificates(Path file) throws IOException, GeneralSecurityException {
    String start = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    if (!start.contains("-----BEGIN CERTIFICATE-----")) {
      return KeyStore.getInstance(
          file.toFile(), access.trustPassword().orElse("").toCharArray());
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("trusted-" + store.size(), certificate);
      }
    }
    return store;
  }

  private static JMSException failure(@Nullable String message, Exception cause) {
    JMSException failure = new JMSException("can't use the files for the broker's connection: "
        + cause.getClass().getSimpleName() + ": " + message);
    failure.setLinkedException(cause);
    return failure;
  }

  @Override
  public String toString() {
    return access.toString();
  }
}
