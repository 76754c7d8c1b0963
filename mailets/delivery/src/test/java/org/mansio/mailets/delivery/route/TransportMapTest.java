package org.mansio.mailets.delivery.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.smtpclient.Credentials;
import org.mansio.protocols.smtpclient.Protocol;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.settings.InvalidSettingException;

class TransportMapTest {
  private final Map<String, String> environment = new HashMap<>();

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({
    "boss@example.org, 1",
    "BOSS@Example.ORG, 1",
    "bob@example.org, 2",
    "bob@a.example.org, 4",
    "bob@b.a.example.org, 3",
    "bob@deep.b.a.example.org, 3",
    "bob@notexample.org, 5",
    "bob@org, 5",
    "bob@bücher.example, 6",
    "bob@straße.example, 8",
    "bob@[192.0.2.1], 7",
    "bob@[ipv6:2001:DB8::1], 8"
  })
  void theMostSpecificPatternCountsWhereverItStands(String recipient, int port) throws Exception {
    TransportMap map = read("""
        *                    mx port=5
        .example.org         mx port=4
        .a.example.org       mx port=3
        # a remark
        example.org          mx port=2

        boss@example.org     mx port=1
        bücher.example       mx port=6
        straße.example       mx port=8
        [192.0.2.1]          mx port=7
        [IPv6:2001:db8::1]   mx port=8
        """);

    assertThat(map.find(MailAddress.of(recipient)))
        .contains(new NextHop.Exchangers(OptionalInt.of(port), NextHop.Manner.USUAL));
  }

  @Test
  void aDomainsOwnPatternIsNotForThoseBelowItNorTheOtherWayRound() throws Exception {
    TransportMap map = read("example.org discard\n.example.net discard");

    assertThat(map.find(MailAddress.of("bob@sub.example.org"))).isEmpty();
    assertThat(map.find(MailAddress.of("bob@example.net"))).isEmpty();
    assertThat(map.find(MailAddress.of("bob@example.org"))).contains(new NextHop.Discarded());
  }

  @Test
  void readsHostsWithWeightAndPreference() throws Exception {
    assertThat(hop("smtp a.example:587;weight=3 b.example [2001:db8::1]:26;preference=20;weight=2"))
        .isEqualTo(new NextHop.SmartHosts(
            Protocol.SMTP,
            List.of(
                new SmartHost(HostPort.parse("a.example:587"), 10, 3),
                new SmartHost(HostPort.parse("b.example"), 10, 1),
                new SmartHost(HostPort.parse("[2001:db8::1]:26"), 20, 2)),
            NextHop.Manner.USUAL));
  }

  @Test
  void readsTheOtherRoutes() throws Exception {
    assertThat(hop("LMTP store.example:2424"))
        .isInstanceOfSatisfying(
            NextHop.SmartHosts.class,
            hosts -> assertThat(hosts.protocol()).isEqualTo(Protocol.LMTP));
    assertThat(hop("on-demand")).isEqualTo(new NextHop.OnDemand("on-demand"));
    assertThat(hop("on-demand customers")).isEqualTo(new NextHop.OnDemand("customers"));
    assertThat(hop("error 550 5.1.6 It has moved"))
        .isEqualTo(
            new NextHop.Refused(true, EnhancedStatus.parse("5.1.6"), "550 5.1.6 It has moved"));
    assertThat(hop("error 451 come again"))
        .isEqualTo(new NextHop.Refused(false, EnhancedStatus.ofReplyCode(451), "451 come again"));
  }

  @Test
  void readsHowToTalkToTheHosts() throws Exception {
    environment.put("RELAY_PASSWORD", "by environment");
    Files.writeString(folder.resolve("relay.secret"), "by file\n");

    assertThat(manner(
            "smtp a.example tls=required verify=yes pool=bulk user=me password=env:RELAY_PASSWORD"))
        .isEqualTo(new NextHop.Manner(
            Optional.of(TlsMode.REQUIRED),
            true,
            Optional.of(new Credentials("me", "by environment")),
            Optional.of("bulk")));
    assertThat(manner("smtp a.example user=me password=file:relay.secret").credentials())
        .contains(new Credentials("me", "by file"));
    assertThat(manner("smtp a.example tls=implicit user=me token=file:token").credentials())
        .contains(Credentials.byToken("me", folder.resolve("token")));
    assertThat(read("* mx pool=bulk").pools()).containsExactly("bulk");
  }

  @Test
  void aPasswordOverLmtpNeedsAWordAboutTls() throws Exception {
    environment.put("RELAY_PASSWORD", "hidden");

    assertThatThrownBy(() -> hop("lmtp store.example user=me password=env:RELAY_PASSWORD"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("needs tls=");
    assertThat(manner("lmtp store.example tls=required user=me password=env:RELAY_PASSWORD")
            .tls())
        .contains(TlsMode.REQUIRED);
  }

  @Test
  void noPasswordGetsIntoTextsOfItsRoute() throws Exception {
    environment.put("RELAY_PASSWORD", "hidden");

    assertThat(hop("smtp a.example user=me password=env:RELAY_PASSWORD").toString())
        .doesNotContain("hidden");
    assertThatThrownBy(() -> hop("smtp a.example user=me password=hidden"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("env:NAME or file:PATH")
        .hasMessageNotContaining("hidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smtp",
        "smtp tls=required",
        "smtp a.example b.example;weight=0",
        "smtp a.example;share=3",
        "smtp a.example:99999",
        "smtp a.example tls=maybe",
        "smtp a.example verify=yes",
        "smtp a.example verify=perhaps",
        "smtp a.example user=me",
        "smtp a.example password=env:X",
        "smtp a.example user=me password=env:UNSET",
        "smtp a.example user=me password=file:missing",
        "smtp a.example user=me password=env:X token=file:y",
        "smtp a.example tls=off tls=off",
        "smtp a.example colour=red",
        "mx a.example",
        "mx user=me password=env:X",
        "mx port=0",
        "lmtp",
        "discard this",
        "error",
        "error 250 2.0.0 fine",
        "error 550",
        "error 550 4.1.1 at odds",
        "on-demand one two",
        "uucp a.example"
      })
  void refusesRoutesThatDoNotFit(String route) {
    assertThatThrownBy(() -> hop(route))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("transportMap:1: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exa mple.org",
        "@example.org discard",
        "a@b@c discard",
        ". discard",
        "ex_ample.org discard"
      })
  void refusesPatternsThatDoNotFit(String line) {
    assertThatThrownBy(() -> read(line)).isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void tellsAllErrorsAtOnceWithTheirPlaces() throws Exception {
    Path file = folder.resolve("routes.map");
    Files.writeString(
        file, "example.org discard\n\nexample.net nowhere\nEXAMPLE.org mx\nexample.com\n");

    assertThatThrownBy(() -> TransportMap.read(
            Optional.of("example.edu mx port=x"), "transportMap", Optional.of(file), folder))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("transportMap:1: ")
        .hasMessageContaining("routes.map:3: 'nowhere'")
        .hasMessageContaining(
            "routes.map:4: 'EXAMPLE.org' stands twice; the first time at routes.map:1")
        .hasMessageContaining("routes.map:5: ");
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatThrownBy(() -> TransportMap.read(
            Optional.empty(), "transportMap", Optional.of(folder.resolve("none")), folder))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("doesn't exist");
  }

  private NextHop.Manner manner(String route) throws Exception {
    return ((NextHop.SmartHosts) hop(route)).manner();
  }

  private NextHop hop(String route) throws Exception {
    return read("* " + route).find(MailAddress.of("bob@example.org")).orElseThrow();
  }

  private TransportMap read(String text) throws Exception {
    return TransportMap.read(
        Optional.of(text), "transportMap", Optional.empty(), folder, environment::get);
  }
}
