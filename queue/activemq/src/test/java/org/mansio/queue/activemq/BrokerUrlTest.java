package org.mansio.queue.activemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.settings.InvalidSettingException;

class BrokerUrlTest {
  private static String read(String text) throws InvalidSettingException {
    return ActiveMqQueueFactory.BROKER_URL.type().parser().parse(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://broker:61616",
        "ssl://broker.example.org:61617?socket.verifyHostName=true",
        "tcp://[2001:db8::1]:61616",
        "failover:(tcp://a:61616,tcp://b:61616)",
        "failover:(ssl://a:61617,ssl://b:61617)?randomize=false",
        "failover://(tcp://a:61616?keepAlive=true)",
        "failover:tcp://a:61616"
      })
  void waysThatThereAreAreTaken(String url) throws Exception {
    assertThat(read(url)).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://broker:61616",
        "TCP://broker:61616",
        "vm://localhost",
        "udp://broker:61616",
        "broker",
        "broker:61616",
        "//broker:61616",
        "tcp://broker",
        "tcp:broker:61616",
        "tcp://bro ker:61616",
        "tcp://broker:port",
        "failover:",
        "failover:()",
        "failover:(tcp://a:61616",
        "failover:(tcp://a:61616, tcp://b:61616)",
        "failover:(tcp://a:61616,http://b:61616)",
        "failover:(tcp://a:61616,b:61616)",
        "failover:(failover:(tcp://a:61616))"
      })
  void whatLeadsToNoBrokerIsRefused(String url) {
    assertThatThrownBy(() -> read(url))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("tcp://host:port, ssl://host:port, or failover:");
  }

  @Test
  void aPasswordInAUrlIsNotRepeated() {
    assertThatThrownBy(() -> read("http://broker:61616?wireFormat.password=geheim"))
        .hasMessageContaining("'http'")
        .hasMessageNotContaining("geheim");
    assertThatThrownBy(() -> read("tcp://bro ker:61616?wireFormat.password=geheim"))
        .hasMessageNotContaining("geheim");
  }
}
