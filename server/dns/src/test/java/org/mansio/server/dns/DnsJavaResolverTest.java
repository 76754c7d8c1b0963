package org.mansio.server.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.Environment;
import org.mansio.spi.Plugin;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.MxRecord;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.xbill.DNS.Rcode;

class DnsJavaResolverTest {
  private static final String SOA = "ns.example.org. hostmaster.example.org. 1 3600 600 86400 300";

  private final DnsTestServer server = DnsTestServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  private DnsResolver resolver(String... settings) throws InvalidSettingException {
    Map<String, String> texts = new HashMap<>(Map.of("servers", server.address(), "timeout", "5s"));
    for (int i = 0; i < settings.length; i += 2) {
      texts.put(settings[i], settings[i + 1]);
    }
    return create(texts);
  }

  private static DnsResolver create(Map<String, String> texts) throws InvalidSettingException {
    DnsJavaResolverFactory factory = new DnsJavaResolverFactory();
    Environment environment = new Environment(
        "mail.example.org",
        MailAddress.of("postmaster@example.org"),
        Path.of("conf"),
        Path.of("data"));
    return factory.create(Settings.ofTexts(factory.settings(), texts), environment);
  }

  @Test
  void mailExchangersComeAsTheyAreLowerCaseAndWithoutTheFinalDot() throws Exception {
    server.mx("example.org", 20, "B.example.org").mx("example.org", 10, "a.example.org");
    assertThat(resolver().mx("Example.ORG").recordsOrNone())
        .containsExactlyInAnyOrder(
            new MxRecord(20, "b.example.org"), new MxRecord(10, "a.example.org"));
  }

  @Test
  void nullMxIsKept() throws Exception {
    server.mx("example.org", 0, ".");
    assertThat(resolver().mx("example.org").recordsOrNone()).containsExactly(new MxRecord(0, ""));
    assertThat(resolver().mx("example.org").recordsOrNone().getFirst().isNull()).isTrue();
  }

  @Test
  void aNameThatIsNotThereDiffersFromANameWithoutTheRecord() throws Exception {
    server.host("host.example.org", "192.0.2.1");
    assertThat(resolver().mx("none.example.org")).isEqualTo(new DnsAnswer.NoSuchName<MxRecord>());
    assertThat(resolver().mx("host.example.org")).isEqualTo(new DnsAnswer.NoData<MxRecord>());
  }

  @Test
  void servfailRefusedAndSilenceAreUnknownAndNeverNone() throws Exception {
    server
        .servfail("broken.example.org")
        .silent("quiet.example.org")
        .fail("refused.example.org", Rcode.REFUSED);
    DnsResolver resolver = resolver("timeout", "50ms", "tries", "1");
    assertThat(resolver.mx("broken.example.org")).isInstanceOf(DnsAnswer.Unknown.class);
    assertThat(resolver.mx("refused.example.org")).isInstanceOf(DnsAnswer.Unknown.class);
    assertThat(resolver.addresses("quiet.example.org")).isInstanceOf(DnsAnswer.Unknown.class);
  }

  @Test
  void aFailureIsNotKept() throws Exception {
    server.servfail("example.org").mx("example.org", 10, "mx.example.org");
    DnsResolver resolver = resolver("tries", "1");
    assertThat(resolver.mx("example.org")).isInstanceOf(DnsAnswer.Unknown.class);
    server.mend("example.org");
    // The failed question leaves the cache a moment after it was answered.
    await()
        .untilAsserted(
            () -> assertThat(resolver.mx("example.org")).isInstanceOf(DnsAnswer.Found.class));
  }

  @Test
  void addressesOfBothFamiliesAreFound() throws Exception {
    server.host("mx.example.org", "192.0.2.1", "2001:db8::1");
    assertThat(resolver().addresses("mx.example.org").recordsOrNone())
        .containsExactlyInAnyOrder(
            InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"));
  }

  @Test
  void oneFamilyIsEnough() throws Exception {
    server.host("six.example.org", "2001:db8::1");
    assertThat(resolver().addresses("six.example.org").recordsOrNone())
        .containsExactly(InetAddress.ofLiteral("2001:db8::1"));
    server.mx("none.example.org", 10, "x.example.org");
    assertThat(resolver().addresses("none.example.org"))
        .isEqualTo(new DnsAnswer.NoData<InetAddress>());
  }

  @Test
  void cnamesAreFollowedWhetherOrNotTheServerDoes() throws Exception {
    server.add("www.example.org", "CNAME", "alias.example.org.");
    server.add("alias.example.org", "CNAME", "host.example.org.");
    server.host("host.example.org", "192.0.2.7");
    List<InetAddress> expected = List.of(InetAddress.ofLiteral("192.0.2.7"));
    assertThat(resolver().addresses("www.example.org").recordsOrNone()).isEqualTo(expected);
    server.setChasing(false);
    assertThat(resolver().addresses("www.example.org").recordsOrNone()).isEqualTo(expected);
  }

  @Test
  void aCnameLoopIsUnknown() throws Exception {
    server
        .add("a.example.org", "CNAME", "b.example.org.")
        .add("b.example.org", "CNAME", "a.example.org.");
    assertThat(resolver().mx("a.example.org")).isInstanceOf(DnsAnswer.Unknown.class);
    server.setChasing(false);
    assertThat(resolver().mx("a.example.org")).isInstanceOf(DnsAnswer.Unknown.class);
  }

  @Test
  void aCnameToNowhereIsNoSuchName() throws Exception {
    server.add("www.example.org", "CNAME", "gone.example.org.");
    assertThat(resolver().addresses("www.example.org"))
        .isEqualTo(new DnsAnswer.NoSuchName<InetAddress>());
  }

  @Test
  void stringsOfATextAreJoinedUnescaped() throws Exception {
    server.add("example.org", "TXT", "\"v=spf1 ip4:192.0.2.0/24\" \" x=\\\"q\\\" -all\"");
    assertThat(resolver().txt("example.org").recordsOrNone())
        .containsExactly("v=spf1 ip4:192.0.2.0/24 x=\"q\" -all");
  }

  @Test
  void namesOfAnAddressAreFoundInBothFamilies() throws Exception {
    server.add("7.2.0.192.in-addr.arpa", "PTR", "Host.example.org.");
    server.add(
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
        "PTR",
        "six.example.org.");
    assertThat(resolver().names(InetAddress.ofLiteral("192.0.2.7")).recordsOrNone())
        .containsExactly("host.example.org");
    assertThat(resolver().names(InetAddress.ofLiteral("2001:db8::1")).recordsOrNone())
        .containsExactly("six.example.org");
  }

  @Test
  void aTruncatedAnswerIsAskedForOverTcp() throws Exception {
    server.mx("example.org", 10, "mx.example.org").truncate("example.org");
    assertThat(resolver().mx("example.org").recordsOrNone()).hasSize(1);
    assertThat(server.questionsOverTcp()).isEqualTo(1);
  }

  @Test
  void anAnswerIsKeptAndAZeroTtlIsNot() throws Exception {
    server.add("kept.example.org", "TXT", 60, "a").add("fresh.example.org", "TXT", 0, "a");
    DnsResolver resolver = resolver();
    for (int i = 0; i < 3; i++) {
      resolver.txt("kept.example.org");
    }
    assertThat(server.questions("kept.example.org")).isEqualTo(1);
    await().until(() -> {
      resolver.txt("fresh.example.org");
      return server.questions("fresh.example.org") >= 2;
    });
  }

  @Test
  void whatIsNotThereIsKeptOnlyWithAnSoa() throws Exception {
    DnsResolver resolver = resolver();
    await().until(() -> {
      resolver.mx("a.example.org");
      return server.questions("a.example.org") >= 2;
    });
    server.add("example.org", "SOA", 300, SOA);
    for (int i = 0; i < 3; i++) {
      assertThat(resolver.mx("b.example.org")).isEqualTo(new DnsAnswer.NoSuchName<MxRecord>());
    }
    assertThat(server.questions("b.example.org")).isEqualTo(1);
  }

  @Test
  void manyAskingTheSameShareOneQuestion() throws Exception {
    server.mx("example.org", 10, "mx.example.org");
    DnsResolver resolver = resolver();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> askers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        askers.add(() -> resolver.mx("example.org").recordsOrNone().size());
      }
      for (Future<Integer> found : threads.invokeAll(askers)) {
        assertThat(found.get()).isEqualTo(1);
      }
    }
    assertThat(server.questions("example.org")).isEqualTo(1);
  }

  @Test
  void theAdBitCountsOnlyWhenItIsTrusted() throws Exception {
    server.mx("example.org", 10, "mx.example.org");
    server.setAuthentic(true);
    assertThat(resolver().mx("example.org"))
        .isEqualTo(new DnsAnswer.Found<>(List.of(new MxRecord(10, "mx.example.org")), false));
    DnsResolver trusting = resolver("trustAd", "true");
    for (int i = 0; i < 2; i++) {
      assertThat(trusting.mx("example.org"))
          .isEqualTo(new DnsAnswer.Found<>(List.of(new MxRecord(10, "mx.example.org")), true));
    }
  }

  @Test
  void anotherServerIsAskedWhenOneIsSilentOrFails() throws Exception {
    server.mx("example.org", 10, "mx.example.org");
    try (DatagramSocket deaf = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        DnsTestServer failing = DnsTestServer.start().servfail("example.org")) {
      String servers =
          "127.0.0.1:" + deaf.getLocalPort() + "," + failing.address() + "," + server.address();
      DnsResolver resolver = create(Map.of("servers", servers, "timeout", "1s"));
      assertThat(resolver.mx("example.org").recordsOrNone()).hasSize(1);
    }
  }

  @Test
  void impossibleNamesDoNotExistAndAreNotAskedFor() throws Exception {
    assertThat(resolver().mx("a..example.org")).isEqualTo(new DnsAnswer.NoSuchName<MxRecord>());
    assertThat(resolver().addresses("x".repeat(64) + ".org"))
        .isEqualTo(new DnsAnswer.NoSuchName<InetAddress>());
  }

  @Test
  void localhostIsLoopbackUnlessTheHostsFileIsOff() throws Exception {
    assertThat(resolver().addresses("localhost").recordsOrNone())
        .isNotEmpty()
        .allMatch(InetAddress::isLoopbackAddress);
    assertThat(resolver("hostsFile", "false").addresses("localhost"))
        .isEqualTo(new DnsAnswer.NoSuchName<InetAddress>());
  }

  @Test
  void anAnswerOfManyRecordsIsCut() throws Exception {
    for (int i = 0; i < 150; i++) {
      server.mx("example.org", i, "mx" + i + ".example.org");
    }
    assertThat(resolver().mx("example.org").recordsOrNone()).hasSize(ReplyReader.MAX_RECORDS);
  }

  @Test
  void ednsCanBeSwitchedOff() throws Exception {
    server.mx("example.org", 10, "mx.example.org");
    assertThat(resolver("ednsPayload", "0").mx("example.org").recordsOrNone()).hasSize(1);
  }

  @Test
  void aServerMustBeAnAddress() {
    assertThatThrownBy(() -> create(Map.of("servers", "dns.example.org")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("must be an IP address");
  }

  @Test
  void ipv6ServersAreReadWithAndWithoutPort() throws Exception {
    assertThat(create(Map.of("servers", "::1, [::1]:5353, 192.0.2.1:53, 192.0.2.1")))
        .isNotNull();
  }

  @Test
  void thePluginIsFound() {
    assertThat(ServiceLoader.load(Plugin.class))
        .anySatisfy(plugin ->
            assertThat(plugin.resolvers()).anyMatch(factory -> factory.name().equals("dnsjava")));
  }
}
