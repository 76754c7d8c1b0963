package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.delivery.route.SmartHost;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.testkit.MapDns;

class MailHostsTest {
  private final MapDns dns = new MapDns();
  private final MailHosts hosts = new MailHosts(dns, Set.of("mx.example.org"));

  @Test
  void sortsByPreference() {
    dns.mx("example.com", 20, "b.example.com")
        .mx("example.com", 10, "a.example.com")
        .mx("example.com", 30, "c.example.com");
    dns.address("a.example.com", "192.0.2.1")
        .address("b.example.com", "192.0.2.2")
        .address("c.example.com", "2001:db8::3");

    assertThat(found("example.com"))
        .containsExactly(
            "a.example.com[192.0.2.1]:25",
            "b.example.com[192.0.2.2]:25",
            "c.example.com[2001:db8:0:0:0:0:0:3]:25");
  }

  @Test
  void spreadsEqualPreferences() {
    for (int i = 1; i <= 5; i++) {
      dns.mx("example.com", 10, i + ".example.com").address(i + ".example.com", "192.0.2." + i);
    }
    Set<String> first = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      first.add(found("example.com").getFirst());
    }

    assertThat(first).hasSize(5);
  }

  @Test
  void takesTheDomainItselfOnlyWhereItHasNoMx() {
    dns.address("example.com", "192.0.2.1");
    assertThat(found("example.com")).containsExactly("example.com[192.0.2.1]:25");

    dns.mx("example.net", 10, "gone.example.net").address("example.net", "192.0.2.1");
    assertThat(none("example.net").status()).hasToString("5.4.4");
  }

  @Test
  void namesAreBeyondDoubtWhereDnssecTheDomainOrTheOperatorVouchesForThem() throws Exception {
    dns.mx("example.com", 10, "a.example.com").address("a.example.com", "192.0.2.1");
    assertThat(isAuthentic(hosts.ofDomain("example.com", 25))).isFalse();
    dns.authentic("example.com");
    assertThat(isAuthentic(hosts.ofDomain("example.com", 25))).isTrue();

    dns.address("example.net", "192.0.2.1");
    assertThat(isAuthentic(hosts.ofDomain("example.net", 25))).isTrue();
    assertThat(isAuthentic(hosts.ofHost(HostPort.parse("a.example.com"), 25))).isTrue();
  }

  private static boolean isAuthentic(MailHosts.Answer answer) {
    return answer instanceof MailHosts.Answer.Found found && found.authentic();
  }

  @Test
  void failsForANullMx() {
    dns.mx("example.com", 0, "").address("example.com", "192.0.2.1");

    assertThat(none("example.com")).isInstanceOf(Failed.class);
    assertThat(none("example.com").status()).hasToString("5.1.10");
    assertThat(none("example.com").diagnostic()).startsWith("556");
  }

  @Test
  void passesOverANullMxAmongOthers() {
    dns.mx("example.com", 0, "")
        .mx("example.com", 10, "a.example.com")
        .address("a.example.com", "192.0.2.1");

    assertThat(found("example.com")).hasSize(1);
  }

  @Test
  void failsForADomainThatDoesNotExist() {
    assertThat(none("nowhere.example")).isInstanceOf(Failed.class);
    assertThat(none("nowhere.example").status()).hasToString("5.1.2");
  }

  @Test
  void waitsWhenTheNameServiceDoesNotKnow() {
    dns.broken("example.com");
    assertThat(none("example.com")).isInstanceOf(Deferred.class);
    assertThat(none("example.com").status()).hasToString("4.4.3");

    dns.mx("example.net", 10, "a.example.net").broken("a.example.net");
    assertThat(none("example.net")).isInstanceOf(Deferred.class);
  }

  @Test
  void usesTheHostsThatAreKnownWhenOneIsNot() {
    dns.mx("example.com", 10, "a.example.com")
        .mx("example.com", 20, "b.example.com")
        .broken("a.example.com");
    dns.address("b.example.com", "192.0.2.2");

    assertThat(found("example.com")).containsExactly("b.example.com[192.0.2.2]:25");
  }

  @Test
  void dropsThisHostAndAllThatAreNoBetter() {
    dns.mx("example.com", 10, "a.example.com")
        .mx("example.com", 20, "mx.example.org")
        .mx("example.com", 20, "c.example.com");
    dns.mx("example.com", 30, "d.example.com");
    List.of("a", "c", "d").forEach(name -> dns.address(name + ".example.com", "192.0.2.1"));

    assertThat(found("example.com")).containsExactly("a.example.com[192.0.2.1]:25");
  }

  @Test
  void failsWhenThisHostIsTheBest() {
    dns.mx("example.com", 10, "mx.example.org")
        .mx("example.com", 20, "b.example.com")
        .address("b.example.com", "192.0.2.1");

    assertThat(none("example.com").status()).hasToString("5.4.6");
    dns.address("mx.example.org", "192.0.2.9");
    assertThat(none("mx.example.org").status()).hasToString("5.4.6");
  }

  @Test
  void alternatesBetweenAddressFamilies() {
    dns.mx("example.com", 10, "a.example.com");
    for (int i = 1; i <= 3; i++) {
      dns.address("a.example.com", "192.0.2." + i).address("a.example.com", "2001:db8::" + i);
    }

    List<Boolean> sixth =
        found("example.com").stream().map(peer -> peer.contains("db8")).toList();
    for (int i = 1; i < sixth.size(); i++) {
      assertThat(sixth.get(i)).isNotEqualTo(sixth.get(i - 1));
    }
  }

  @Test
  void triesABoundedNumberOfAddresses() {
    for (int i = 0; i < 250; i++) {
      dns.mx("example.com", i, i + ".example.com");
      // So many that the bound lies within those of one host.
      for (int net = 0; net < 3; net++) {
        dns.address(i + ".example.com", "198.51." + net + "." + i);
      }
    }

    assertThat(found("example.com")).hasSize(MailHosts.MAX_ADDRESSES);
  }

  @Test
  void takesAddressLiterals() {
    assertThat(found("[192.0.2.7]")).containsExactly("[192.0.2.7][192.0.2.7]:25");
    assertThat(found("[ipv6:2001:db8::7]"))
        .hasSize(1)
        .first()
        .asString()
        .contains("2001:db8:0:0:0:0:0:7");
    assertThat(none("[192.0.2.999]").status()).hasToString("5.1.3");
  }

  @Test
  void takesGatewaysAsTheyStand() throws Exception {
    dns.address("relay.example.org", "192.0.2.5")
        .mx("relay.example.org", 10, "elsewhere.example.org");
    dns.address("mx.example.org", "127.0.0.1");

    assertThat(gateways("relay.example.org", "127.0.0.1:2525", "[::1]:26", "mx.example.org"))
        .containsExactly(
            "relay.example.org[192.0.2.5]:587",
            "127.0.0.1[127.0.0.1]:2525",
            "::1[0:0:0:0:0:0:0:1]:26",
            "mx.example.org[127.0.0.1]:587");
    assertThat(gateways("localhost:25")).contains("localhost[127.0.0.1]:25");
  }

  private List<String> gateways(String... texts) throws Exception {
    List<SmartHost> gateways = new java.util.ArrayList<>();
    for (String text : texts) {
      gateways.add(new SmartHost(HostPort.parse(text), gateways.size(), 1));
    }
    return peers(hosts.ofSmartHosts(gateways, 587));
  }

  private List<String> found(String domain) {
    return peers(hosts.ofDomain(domain, 25));
  }

  private static List<String> peers(MailHosts.Answer answer) {
    assertThat(answer).isInstanceOf(MailHosts.Answer.Found.class);
    return ((MailHosts.Answer.Found) answer)
        .hosts().stream().map(host -> host.peer().toString()).toList();
  }

  private RecipientResult none(String domain) {
    MailHosts.Answer answer = hosts.ofDomain(domain, 25);
    assertThat(answer).isInstanceOf(MailHosts.Answer.None.class);
    return ((MailHosts.Answer.None) answer).result();
  }
}
