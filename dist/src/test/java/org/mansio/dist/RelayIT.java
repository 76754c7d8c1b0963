package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Sending;
import org.mansio.dist.mail.Sink;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;
import org.mansio.server.dns.DnsTestServer;

/** Mail that another server takes: an LMTP store, a smart host, a host found by its MX. */
class RelayIT {
  private static final String SENDER = "someone@example.com";

  @Test
  void localMailGoesToAnotherLmtpServer() throws Exception {
    try (Sink store = Sink.lmtp();
        RunningServer server = RunningServer.withUsers(
            Installation.fresh("lmtp-target"), Map.of("MANSIO_LMTP_TARGET", store.address()))) {
      List<TestMessage> mails = Sending.mixed("lmtp", 100);

      Sending.all(Sending.door(server.smtp()), 20, SENDER, "bob@example.org", mails);

      Arrived.unchanged(mails, store::messages);
      assertThat(store.arrivals())
          .allSatisfy(a -> assertThat(a.recipients()).containsExactly("bob@example.org"));
    }
  }

  @Test
  void remoteMailGoesToTheSmartHost() throws Exception {
    try (Sink smartHost = Sink.smtp();
        RunningServer server = RunningServer.start(
            Installation.fresh("smart-host"),
            relaying(Map.of("MANSIO_SMARTHOST", smartHost.address())))) {
      List<TestMessage> mails = Sending.mixed("smarthost", 100);

      Sending.all(Sending.door(server.smtp()), 20, SENDER, "someone@remote.example", mails);

      Arrived.unchanged(mails, smartHost::messages);
      assertThat(smartHost.arrivals()).allSatisfy(a -> assertThat(a.sender()).isEqualTo(SENDER));
    }
  }

  @Test
  void remoteMailGoesToTheHostOfTheMx() throws Exception {
    try (Sink exchanger = Sink.smtp();
        DnsTestServer dns = DnsTestServer.start()
            .mx("remote.example", 10, "mx.remote.example")
            .host("mx.remote.example", "127.0.0.1");
        RunningServer server = RunningServer.start(
            Installation.fresh("by-mx")
                .edit("mailetcontainer.xml", chain -> withPort(chain, exchanger.port())),
            relaying(Map.of("MANSIO_DNS_SERVERS", dns.address())))) {
      List<TestMessage> mails = Sending.mixed("mx", 40);

      Sending.all(Sending.door(server.smtp()), 20, SENDER, "someone@remote.example", mails);

      Arrived.unchanged(mails, exchanger::messages);
    }
  }

  /** The shipped chain, but other hosts listen on that port in place of 25. */
  private static String withPort(String chain, int port) {
    return chain.replace(
        "class=\"RemoteDelivery\">", "class=\"RemoteDelivery\"><port>" + port + "</port>");
  }

  private static Map<String, String> relaying(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("MANSIO_RELAY_NETWORKS", "127.0.0.0/8");
    return environment;
  }
}
