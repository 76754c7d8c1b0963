package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;

/** A broker in another process, shared by all nodes. */
final class ExternalBroker implements Broker {
  private final String url;
  private final Optional<String> user;
  private final Optional<String> password;

  ExternalBroker(String url, Optional<String> user, Optional<String> password) {
    this.url = url;
    this.user = user;
    this.password = password;
  }

  @Override
  public ActiveMQConnection connect() throws JMSException {
    ActiveMQConnectionFactory factory = Broker.configure(new ActiveMQConnectionFactory(url));
    user.ifPresent(factory::setUserName);
    password.ifPresent(factory::setPassword);
    ActiveMQConnection connection = (ActiveMQConnection) factory.createConnection();
    Connections.start(connection);
    return connection;
  }

  @Override
  public OptionalLong depth(String queue) {
    return OptionalLong.empty();
  }

  @Override
  public boolean isEmbedded() {
    return false;
  }

  @Override
  public void close() {
    // Not ours to stop.
  }
}
