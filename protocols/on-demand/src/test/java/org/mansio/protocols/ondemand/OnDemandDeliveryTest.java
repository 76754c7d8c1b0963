package org.mansio.protocols.ondemand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeMail;

class OnDemandDeliveryTest {
  private final TestServer server = new TestServer();
  private final List<Delivery> sent = new ArrayList<>();

  @AfterEach
  void stop() {
    server.close();
  }

  private final class Remote implements Transport {
    @Override
    public String name() {
      return "remote";
    }

    @Override
    public DeliveryReport deliver(Delivery delivery) {
      sent.add(delivery);
      return DeliveryReport.forAll(
          delivery,
          recipient -> new RecipientResult.Delivered(
              EnhancedStatus.parse("2.0.0"), Optional.empty(), "250 ok", false, false),
          false);
    }
  }

  private Mailet mailet(Map<String, String> settings) throws InvalidSettingException {
    var factory = server.plugin().mailets().getFirst();
    return factory.create(Settings.ofTexts(factory.settings(), settings), server.services);
  }

  private static Delivery delivery(String... recipients) {
    SpooledMail mail = SpooledMail.arriving(
        Envelope.of("a@example.com", recipients), Content.of(new byte[0]), Origin.local());
    return new Delivery(mail, new Route("on-demand", "shop.example", "failures"), 3);
  }

  @Test
  void putsMailAsideForEachDomain() throws Exception {
    FakeMail mail = FakeMail.from("sender@example.com")
        .to("a@shop.example", "b@firm.example", "c@shop.example");
    mailet(Map.of("bounceProcessor", "failures")).service(mail);
    assertThat(mail.dispatched())
        .extracting(dispatch -> dispatch.route())
        .containsExactly(
            new Route("on-demand", "shop.example", "failures"),
            new Route("on-demand", "firm.example", "failures"));
  }

  @Test
  void restsUntilSomebodyAsksAndThenGoesTheOtherTransportsWay() throws Exception {
    mailet(Map.of());
    Transport transport = server.services.transports.find("on-demand").orElseThrow();
    assertThat(transport.waitsForRequest()).isTrue();
    server.services.transports.register(new Remote());
    DeliveryReport report = transport.deliver(delivery("a@shop.example"));
    assertThat(report.results().values()).hasOnlyElementsOfType(RecipientResult.Delivered.class);
    assertThat(sent).singleElement().satisfies(delivery -> {
      assertThat(delivery.route()).isEqualTo(new Route("remote", "shop.example", "failures"));
      assertThat(delivery.attempt()).isEqualTo(3);
    });
  }

  @Test
  void keepsMailWhoseWayOutIsNotThere() throws Exception {
    mailet(Map.of("through", "nowhere"));
    DeliveryReport report = server
        .services
        .transports
        .find("on-demand")
        .orElseThrow()
        .deliver(delivery("a@shop.example"));
    assertThat(report.laneDown()).isTrue();
    assertThat(report.results().values()).hasOnlyElementsOfType(RecipientResult.Deferred.class);
  }

  @Test
  void mayStandTwiceInTheChainWithTheSameSettingsOnly() throws Exception {
    mailet(Map.of());
    mailet(Map.of());
    assertThatThrownBy(() -> mailet(Map.of("through", "other")))
        .hasMessageContaining("another mailet with other settings delivers as 'on-demand'");
    assertThatThrownBy(() -> mailet(Map.of("outgoing", "remote")))
        .hasMessageContaining("the same way out");
  }

  @Test
  void matchesTheCustomersDomains() throws Exception {
    Matcher matcher = server.plugin().matchers().getFirst().create("", server.services);
    FakeMail mail = FakeMail.from("sender@example.com")
        .to("a@shop.example", "b@other.example", "c@a.firm.example");
    assertThat(matcher.match(mail)).isEmpty();
    server.set("customer", "address:192.0.2.1 shop.example @firm.example").extensions();
    assertThat(matcher.match(mail))
        .extracting(Recipient::address)
        .extracting(Object::toString)
        .containsExactly("a@shop.example", "c@a.firm.example");
    assertThatThrownBy(
            () -> server.plugin().matchers().getFirst().create("shop.example", server.services))
        .hasMessageContaining("takes no condition");
  }

  @Test
  void lettingACustomersOwnRecipientsPassKeepsAllOthers() throws Exception {
    Transport only = new DomainsOnly(new Remote(), Set.of("shop.example"));
    Delivery both = delivery("a@shop.example", "b@firm.example");
    DeliveryReport report = only.deliver(both);
    assertThat(sent)
        .singleElement()
        .satisfies(delivery -> assertThat(delivery.mail().envelope().recipients())
            .containsExactly(Recipient.of(MailAddress.of("a@shop.example"))));
    assertThat(report.results())
        .hasEntrySatisfying(
            Recipient.of(MailAddress.of("b@firm.example")),
            result -> assertThat(result).isInstanceOf(RecipientResult.Deferred.class));
    assertThat(only.deliver(delivery("b@firm.example")).laneDown()).isFalse();
    assertThat(sent).hasSize(1);
  }
}
