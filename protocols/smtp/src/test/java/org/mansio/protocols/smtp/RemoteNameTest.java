package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.testkit.MapDns;

class RemoteNameTest {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");

  private final MapDns dns = new MapDns();
  private final AtomicInteger asked = new AtomicInteger();
  private final RemoteName name = new RemoteName(ADDRESS, this::resolver);

  private DnsResolver resolver() {
    asked.incrementAndGet();
    return dns;
  }

  @Test
  void isTheFirstNameThatItselfHasTheAddress() {
    dns.name("192.0.2.1", "liar.example.org").name("192.0.2.1", "Mail.Example.NET.");
    dns.address("liar.example.org", "192.0.2.9").address("mail.example.net", "192.0.2.2");
    dns.address("mail.example.net", "192.0.2.1");
    assertThat(name.ifKnown()).isEmpty();
    assertThat(name.get()).contains("mail.example.net");
    assertThat(name.ifKnown()).contains("mail.example.net");
  }

  @Test
  void isLookedUpOnce() {
    assertThat(name.get()).isEmpty();
    dns.name("192.0.2.1", "late.example.org").address("late.example.org", "192.0.2.1");
    assertThat(name.get()).isEmpty();
    assertThat(asked).hasValue(1);
  }

  @Test
  void isEmptyWhenTheAnswerIsNotToBeHad() {
    dns.broken("192.0.2.1");
    assertThat(name.get()).isEmpty();
    RemoteName failing = new RemoteName(ADDRESS, () -> {
      throw new IllegalStateException("broken on purpose");
    });
    assertThat(failing.get()).isEmpty();
  }

  @Test
  void isNotWhatCouldBeSyntaxElsewhere() {
    dns.name("192.0.2.1", "a b)\r\nx.example").address("a b)\r\nx.example", "192.0.2.1");
    assertThat(name.get()).isEmpty();
  }

  @Test
  void isEmptyWhenTheAnswerTakesTooLong() {
    CountDownLatch never = new CountDownLatch(1);
    RemoteName slow = new RemoteName(
        ADDRESS,
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return dns;
        },
        Duration.ofMillis(20));
    dns.name("192.0.2.1", "mail.example.net").address("mail.example.net", "192.0.2.1");
    assertThat(slow.get()).isEmpty();
    assertThat(slow.get()).isEmpty();
  }

  @Test
  void isWhatATrustedPeerSays() {
    assertThat(RemoteName.known(ADDRESS, Optional.of("far.example.net")).get())
        .contains("far.example.net");
  }
}
