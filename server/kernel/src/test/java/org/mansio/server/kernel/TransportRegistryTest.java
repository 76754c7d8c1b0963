package org.mansio.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;

class TransportRegistryTest {
  private final TransportRegistry registry = new TransportRegistry();

  /** Delivers when it is let; remembers that it was closed. */
  private static final class TestTransport implements Transport {
    final AtomicBoolean closed = new AtomicBoolean();
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);

    @Override
    public String name() {
      return "smtp";
    }

    @Override
    public DeliveryReport deliver(Delivery delivery) throws InterruptedException {
      entered.countDown();
      mayEnd.await();
      return new DeliveryReport(java.util.Map.of(), false);
    }

    @Override
    public boolean waitsForRequest() {
      return true;
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }

  private static Delivery delivery() {
    SpooledMail mail = SpooledMail.arriving(
        Envelope.of("a@example.org", "b@example.net"), Content.of(new byte[0]), Origin.local());
    return new Delivery(mail, new Route("smtp", "example.net", "bounces"), 1);
  }

  @Test
  void findsTheTransportsOfTheGenerationInForce() {
    TransportRegistry.Generation next = registry.newGeneration();
    next.register(new TestTransport());
    assertThat(registry.find("smtp")).isEmpty();
    registry.install(next);
    assertThat(registry.find("smtp")).isPresent();
    assertThat(registry.all()).hasSize(1);
  }

  @Test
  void tellsTheQueueThatATransportWaitsForRequests() {
    registry.register(new TestTransport());
    assertThat(registry.find("smtp")).get().matches(Transport::waitsForRequest);
  }

  @Test
  void refusesTwoTransportsOfOneName() {
    registry.register(new TestTransport());
    assertThatThrownBy(() -> registry.register(new TestTransport()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two transports have the name 'smtp'");
    assertThatThrownBy(() -> registry.newGeneration().register(new TestTransport()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Equal to all of the same limit. */
  private record Limited(int laneConcurrency, AtomicBoolean closed) implements Transport {
    Limited(int laneConcurrency) {
      this(laneConcurrency, new AtomicBoolean());
    }

    @Override
    public String name() {
      return "smtp";
    }

    @Override
    public DeliveryReport deliver(Delivery delivery) {
      return new DeliveryReport(java.util.Map.of(), false);
    }

    @Override
    public void close() {
      closed.set(true);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Limited limited && limited.laneConcurrency == laneConcurrency;
    }

    @Override
    public int hashCode() {
      return laneConcurrency;
    }
  }

  @Test
  void equalTransportsAreOne() {
    TransportRegistry.Generation generation = registry.newGeneration();
    Limited first = new Limited(3);
    Limited second = new Limited(3);
    generation.register(first);
    generation.register(first);
    generation.register(second);
    registry.install(generation);

    assertThat(registry.all()).hasSize(1);
    assertThat(first.closed()).isFalse();
    assertThat(second.closed()).isTrue();
    assertThatThrownBy(() -> generation.register(new Limited(4)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closesARetiredTransportOnlyAfterItsLastDelivery() throws Exception {
    TestTransport transport = new TestTransport();
    TransportRegistry.Generation old = registry.newGeneration();
    old.register(transport);
    registry.install(old);
    Transport used = registry.find("smtp").orElseThrow();
    Thread delivery = Thread.ofVirtual().start(() -> {
      try {
        used.deliver(delivery());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
    transport.entered.await();
    registry.install(registry.newGeneration()).retire();
    assertThat(transport.closed).isFalse();
    transport.mayEnd.countDown();
    delivery.join();
    assertThat(transport.closed).isTrue();
  }
}
