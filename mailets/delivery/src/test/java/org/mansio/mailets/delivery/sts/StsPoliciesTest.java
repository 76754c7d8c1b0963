package org.mansio.mailets.delivery.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.protocols.smtpclient.TestAuthority;
import org.mansio.spi.testkit.MapDns;

/** When policies are fetched, kept and given up (RFC 8461 §3.3, §5.1). */
class StsPoliciesTest {
  private static TestAuthority authority;

  @TempDir
  private Path folder;

  private PolicyServer server;
  private MapDns dns = announcing("1");
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private StsPolicies policies;

  @BeforeAll
  static void makeAuthority() throws Exception {
    authority = new TestAuthority();
  }

  @BeforeEach
  void start() throws Exception {
    server = new PolicyServer(authority, PolicyServer.HOST).policy("enforce", "mx1", 1_000_000);
    restart();
  }

  @AfterEach
  void stop() {
    policies.close();
    server.close();
  }

  private static MapDns announcing(String id) {
    return new MapDns().txt("_mta-sts.example.org", "v=STSv1; id=" + id + ";");
  }

  private void restart() {
    if (policies != null) {
      policies.close();
    }
    policies = server.policies(dns, folder, () -> now);
  }

  private Optional<String> host() throws Exception {
    return policies.find("example.org").policy().map(policy -> policy.mx().getFirst());
  }

  @Test
  void withoutARecordNothingIsFetched() throws Exception {
    dns = new MapDns();
    restart();

    assertThat(host()).isEmpty();
    assertThat(server.requests()).isZero();
  }

  @Test
  void aPolicyIsFetchedOnceAndSurvivesARestart() throws Exception {
    assertThat(host()).contains("mx1");
    assertThat(host()).contains("mx1");
    restart();
    assertThat(host()).contains("mx1");
    assertThat(server.requests()).isEqualTo(1);
  }

  @Test
  void aPolicyOutlivesItsRecordAndItsWebServer() throws Exception {
    host();
    dns = new MapDns();
    restart();
    assertThat(host()).contains("mx1");

    dns = new MapDns().broken("_mta-sts.example.org");
    restart();
    assertThat(host()).contains("mx1");

    dns = announcing("2");
    server.says(500, "text/plain", "");
    restart();
    assertThat(host()).contains("mx1");
    assertThat(policies.find("example.org").problem()).isPresent();
  }

  @Test
  void aPolicyEndsWithItsAge() throws Exception {
    host();
    dns = new MapDns();
    restart();
    now = now.plusSeconds(1_000_001);

    assertThat(host()).isEmpty();
  }

  @Test
  void anotherIdFetchesTheNewPolicy() throws Exception {
    host();
    server.policy("enforce", "mx2", 1_000_000);
    dns = announcing("2");
    restart();

    assertThat(host()).contains("mx2");
  }

  @Test
  void aWebServerThatFailsIsLeftAloneForAWhile() throws Exception {
    server.says(500, "text/plain", "");

    assertThat(policies.find("example.org").problem()).isPresent();
    assertThat(policies.find("example.org").problem()).isPresent();
    assertThat(server.requests()).isEqualTo(1);

    server.policy("enforce", "mx1", 60);
    now = now.plus(StsPolicies.PAUSE).plusSeconds(1);
    assertThat(host()).contains("mx1");
  }

  @Test
  void anOldPolicyIsRefreshedBesideTheDelivery() throws Exception {
    host();
    server.policy("enforce", "mx2", 1_000_000);
    now = now.plus(Duration.ofDays(2));

    host();
    await().untilAsserted(() -> assertThat(host()).contains("mx2"));
    await().until(() -> Files.readString(folder.resolve("example.org")).contains("mx2"));
  }

  @Test
  void aFileThatCannotBeReadIsFetchedAgain() throws Exception {
    host();
    Files.writeString(folder.resolve("example.org"), "broken");
    restart();

    assertThat(host()).contains("mx1");
    assertThat(server.requests()).isEqualTo(2);
  }

  @Test
  void cleaningTakesAwayWhatIsNotValidAnyMore() throws Exception {
    host();
    StsStore store = new StsStore(folder);
    store.clean(now.plusSeconds(10));
    assertThat(folder.resolve("example.org")).exists();
    store.clean(now.plusSeconds(1_000_001));
    assertThat(folder.resolve("example.org")).doesNotExist();
  }

  @Test
  void aNameThatIsNoFileNameTouchesNothingElse() throws Exception {
    StsStore store = new StsStore(folder.resolve("in"));
    store.keep(
        "../out",
        new StsStore.Kept(StsPolicy.parse("version: STSv1\nmode: none\nmax_age: 1\n"), "1", now));

    assertThat(folder.resolve("out")).doesNotExist();
  }
}
