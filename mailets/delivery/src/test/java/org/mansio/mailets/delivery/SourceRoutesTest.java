package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.delivery.route.SourcePools;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeServices;

/** From which own address mail leaves, and what happens where none is left for it. */
class SourceRoutesTest extends RoutesFixture {
  @Test
  void mailLeavesFromTheAddressesOfItsPool() throws Exception {
    map("one.example smtp " + at(server) + " pool=bulk");
    settings.put("sources", """
        pool bulk 127.0.0.1 helo=one.example.org
        pool bulk 127.0.0.3 helo=three.example.org
        pool vip 127.0.0.4 helo=vip.example.org
        """);

    assertThat(result(BOB)).isInstanceOf(Delivered.class);
    assertThat(result(BOB)).isInstanceOf(Delivered.class);
    FakeMail chosen = mail(BOB);
    chosen.setAttributes(Attributes.none().with(SourcePools.ATTRIBUTE, "vip"));
    assertThat(attempt(dispatch(chosen).getFirst()).results().get(BOB))
        .isInstanceOf(Delivered.class);

    assertThat(server.commands())
        .contains("EHLO one.example.org", "EHLO three.example.org", "EHLO vip.example.org");
  }

  @Test
  void mailOverTheQuotaWaits() throws Exception {
    services = new FakeServices(folder);
    map("one.example smtp " + at(server) + " pool=fresh");
    settings.put(
        "sources",
        "warm-up none 0 0\npool fresh 127.0.0.1 warm-up=none since="
            + LocalDate.now(ZoneOffset.UTC));

    DeliveryReport report = report(BOB);

    assertThat(report.results().get(BOB))
        .isInstanceOfSatisfying(
            Deferred.class, later -> assertThat(later.status()).hasToString("4.4.5"));
    assertThat(report.laneDown()).isFalse();
    assertThat(server.dialogues()).isEmpty();
  }

  @Test
  void mailThatDidNotGoLeavesItsPlaceInTheQuotaToTheNext() throws Exception {
    services = new FakeServices(folder);
    map("one.example smtp " + at(server) + " pool=fresh");
    settings.put(
        "sources",
        "warm-up one 1 1\npool fresh 127.0.0.1 warm-up=one since=" + LocalDate.now(ZoneOffset.UTC));
    server.on("RCPT", "450 4.2.1 not now", "250 2.1.5 ok");

    assertThat(result(BOB).status()).hasToString("4.2.1");
    assertThat(result(BOB)).isInstanceOf(Delivered.class);
    assertThat(result(BOB).status()).hasToString("4.4.5");
  }

  @Test
  void mailWaitsWhosePoolIsMissingOrReachesNobody() throws Exception {
    map("one.example smtp " + at(server));
    settings.put("sources", "pool six ::1");
    FakeMail missing = mail(BOB);
    missing.setAttributes(Attributes.none().with(SourcePools.ATTRIBUTE, "none"));
    FakeMail six = mail(BOB);
    six.setAttributes(Attributes.none().with(SourcePools.ATTRIBUTE, "six"));

    assertThat(attempt(dispatch(missing).getFirst()).results().get(BOB))
        .isInstanceOfSatisfying(
            Deferred.class, later -> assertThat(later.status()).hasToString("4.3.5"));
    assertThat(attempt(dispatch(six).getFirst()).results().get(BOB))
        .isInstanceOfSatisfying(
            Deferred.class, later -> assertThat(later.status()).hasToString("4.4.4"));
  }

  @Test
  void aPoolsNameInEhloIsAnOwnNameWhereMailWouldLoop() throws Exception {
    mx("one.example", "out.example.org");
    settings.put("sources", "pool bulk 127.0.0.1 helo=Out.example.org");

    assertThat(result(BOB))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.status()).hasToString("5.4.6"));
  }

  @Test
  void aRouteToAPoolThatIsNowhereStopsTheStart() {
    map("one.example mx pool=bulk");

    assertThatThrownBy(() -> dispatched(BOB))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("pool=bulk");
  }
}
