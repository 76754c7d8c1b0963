package org.mansio.protocols.sasl.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.protocols.sasl.TestContext.challenge;
import static org.mansio.protocols.sasl.TestContext.octets;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.sasl.TestContext;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanism.SaslExchange;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeServices;

class OAuthTest {
  private static final SaslStep ALICE = new SaslStep.Success(MailAddress.of("alice@example.org"));

  @TempDir
  Path folder;

  private final TestContext context = new TestContext();
  private final Map<String, String> settings = new HashMap<>();
  private ECKey key;

  @BeforeEach
  void publishKeys() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
    Files.createDirectories(folder.resolve("conf"));
    publish(key);
    settings.put("issuer", "https://login.example.org");
    settings.put("audience", "mail.example.org");
    settings.put("jwksFile", "keys.json");
  }

  private void publish(ECKey published) throws Exception {
    Files.writeString(
        folder.resolve("conf/keys.json"), new JWKSet(published.toPublicJWK()).toString());
  }

  private SaslMechanism mechanism(String name) throws InvalidSettingException {
    SaslMechanismFactory factory = OAuthMechanism.factories().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow();
    return factory.create(Settings.ofTexts(factory.settings(), settings), new FakeServices(folder));
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("https://login.example.org")
        .audience("mail.example.org")
        .claim("email", "Alice@example.org")
        .expirationTime(Date.from(Instant.now().plusSeconds(300)));
  }

  private String token(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
    return token(key, change);
  }

  private static String token(ECKey signing, UnaryOperator<JWTClaimsSet.Builder> change)
      throws JOSEException {
    SignedJWT jwt = new SignedJWT(
        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(signing.getKeyID()).build(),
        change.apply(claims()).build());
    jwt.sign(new ECDSASigner(signing));
    return jwt.serialize();
  }

  private static byte[] message(String identity, String token) {
    return octets("n," + identity + ",\u0001host=mail.example.org\u0001port=587\u0001auth=Bearer "
        + token + "\u0001\u0001");
  }

  private SaslStep login(String token) throws InvalidSettingException {
    return mechanism("OAUTHBEARER").start(context).next(message("a=alice@example.org", token));
  }

  private void assertInvalid(String token) throws InvalidSettingException {
    SaslExchange exchange = mechanism("OAUTHBEARER").start(context);
    assertThat(challenge(exchange.next(message("a=alice@example.org", token))))
        .contains("\"status\":\"invalid_token\"");
    assertThat(exchange.next(octets("\u0001")))
        .isInstanceOfSatisfying(
            SaslStep.Rejected.class,
            rejected -> assertThat(rejected.login()).contains("alice@example.org"));
  }

  @Test
  void aGoodTokenIsAccepted() throws Exception {
    assertThat(login(token(c -> c))).isEqualTo(ALICE);
    assertThat(mechanism("OAUTHBEARER").start(context).next(message("", token(c -> c))))
        .isEqualTo(ALICE);
    assertThat(mechanism("XOAUTH2")
            .start(context)
            .next(octets(
                "user=alice@example.org\u0001auth=Bearer " + token(c -> c) + "\u0001\u0001")))
        .isEqualTo(ALICE);
  }

  @Test
  void aTokenOfAnotherIssuerForAnotherServiceOrOutOfDateIsInvalid() throws Exception {
    assertInvalid(token(c -> c.issuer("https://elsewhere.example")));
    assertInvalid(token(c -> c.audience("other.example.org")));
    assertInvalid(token(c -> c.audience((String) null)));
    assertInvalid(token(c -> c.expirationTime(Date.from(Instant.now().minusSeconds(120)))));
    assertInvalid(token(c -> c.expirationTime(null)));
    assertInvalid(token(c -> c.notBeforeTime(Date.from(Instant.now().plusSeconds(120)))));
    assertInvalid(token(c -> c.claim("email", null)));
    assertInvalid(token(c -> c.claim("email", "nobody@example.org")));
    assertInvalid(token(c -> c.claim("email", "alice")));
    assertInvalid(token(c -> c.claim("email", 7)));
    assertInvalid(token(c -> c.claim("email_verified", false)));
  }

  @Test
  void clocksMayDifferALittle() throws Exception {
    assertThat(login(token(c -> c.expirationTime(Date.from(Instant.now().minusSeconds(20))))))
        .isEqualTo(ALICE);
  }

  @Test
  void aTokenThatIsNotSignedByTheIssuersKeyIsInvalid() throws Exception {
    ECKey other = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
    assertInvalid(token(other, c -> c));
    assertInvalid(new PlainJWT(claims().build()).serialize());
    SignedJWT shared = new SignedJWT(
        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), claims().build());
    shared.sign(new MACSigner(new byte[32]));
    assertInvalid(shared.serialize());
    assertInvalid("no.token.atall");
    String good = token(c -> c);
    assertInvalid(good.substring(0, good.length() - 4));
  }

  @Test
  void aTokenOfSomebodyElseIsInvalid() throws Exception {
    assertInvalid(token(c -> c.claim("email", "bob@example.org")));
  }

  @Test
  void aKeyFileThatChangesIsReadAgain() throws Exception {
    SaslMechanism mechanism = mechanism("OAUTHBEARER");
    ECKey next = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
    String token = token(next, c -> c);
    assertThat(mechanism.start(context).next(message("", token)))
        .isInstanceOf(SaslStep.Challenge.class);
    publish(next);
    Files.setLastModifiedTime(
        folder.resolve("conf/keys.json"),
        java.nio.file.attribute.FileTime.from(Instant.now().plusSeconds(10)));
    assertThat(mechanism.start(context).next(message("", token))).isEqualTo(ALICE);
  }

  @Test
  void withoutKeysNobodyIsJudged() throws Exception {
    Files.delete(folder.resolve("conf/keys.json"));
    assertThat(login(token(c -> c))).isInstanceOf(SaslStep.Unavailable.class);
    settings.put("jwksMaxSize", "10");
    publish(key);
    assertThat(login(token(c -> c))).isInstanceOf(SaslStep.Unavailable.class);
  }

  @Test
  void keysAreFetchedOnceAndNotFromWhereAnotherServerSends() throws Exception {
    AtomicInteger fetched = new AtomicInteger();
    byte[] keys = octets(new JWKSet(key.toPublicJWK()).toString());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/keys", exchange -> {
      fetched.incrementAndGet();
      exchange.sendResponseHeaders(200, keys.length);
      exchange.getResponseBody().write(keys);
      exchange.close();
    });
    server.createContext("/moved", exchange -> {
      exchange.getResponseHeaders().add("Location", "/keys");
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    });
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      settings.remove("jwksFile");
      settings.put("jwksUrl", base + "/keys");
      SaslMechanism mechanism = mechanism("OAUTHBEARER");
      assertThat(mechanism.start(context).next(message("", token(c -> c)))).isEqualTo(ALICE);
      assertThat(mechanism.start(context).next(message("", token(c -> c)))).isEqualTo(ALICE);
      assertThat(fetched).hasValue(1);
      settings.put("jwksUrl", base + "/moved");
      assertThat(login(token(c -> c))).isInstanceOf(SaslStep.Unavailable.class);
      settings.put("jwksUrl", base + "/keys");
      settings.put("jwksMaxSize", "20");
      assertThat(login(token(c -> c))).isInstanceOf(SaslStep.Unavailable.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aClaimCanBeALocalPartAndAScopeDemanded() throws Exception {
    settings.put("userClaim", "preferred_username");
    settings.put("domain", "example.org");
    settings.put("scope", "mail.send");
    settings.put("configurationUrl", "https://login.example.org/.well-known/openid-configuration");
    UnaryOperator<JWTClaimsSet.Builder> alice = c -> c.claim("preferred_username", "alice");
    SaslExchange without = mechanism("OAUTHBEARER").start(context);
    assertThat(challenge(without.next(message("", token(alice)))))
        .contains("\"status\":\"insufficient_scope\"")
        .contains("\"scope\":\"mail.send\"")
        .contains("openid-configuration");
    assertThat(login(token(c -> alice.apply(c).claim("scope", "openid mail.send"))))
        .isEqualTo(ALICE);
    assertThat(login(token(c -> alice.apply(c).claim("scp", java.util.List.of("mail.send")))))
        .isEqualTo(ALICE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n,,\u0001auth=\u0001\u0001",
        "n,,\u0001\u0001",
        "y,,\u0001auth=Basic x\u0001\u0001"
      })
  void aClientWithoutATokenIsToldWhatItNeeds(String text) throws Exception {
    SaslExchange exchange = mechanism("OAUTHBEARER").start(context);
    assertThat(challenge(exchange.next(octets(text)))).contains("\"status\":\"invalid_request\"");
    assertThat(exchange.next(octets("\u0001"))).isInstanceOf(SaslStep.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n,,",
        "n,,\u0001",
        "p=tls-exporter,,\u0001auth=Bearer x\u0001\u0001",
        "n,b=alice,\u0001auth=Bearer x\u0001\u0001",
        "n,,\u0001auth=Bearer x\u0001",
        "n,,\u0001auth=Bearer x\u0001auth=Bearer y\u0001\u0001",
        "n,,\u0001auth\u0001\u0001",
        "user=alice\u0001auth=Bearer x\u0001\u0001"
      })
  void whatIsNoMessageIsMalformed(String text) throws Exception {
    assertThat(mechanism("OAUTHBEARER").start(context).next(octets(text)))
        .isInstanceOf(SaslStep.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jwksUrl=http://login.example.org/keys",
        "jwksUrl=ftp://login.example.org/keys",
        "jwksUrl=keys",
        "clockSkew=1h",
        "jwksTimeout=0",
        "jwksCache=1s",
        "jwksFile="
      })
  void settingsThatWouldBeUnsafeAreRefused(String setting) {
    String[] parts = setting.split("=", 2);
    settings.put(parts[0], parts[1]);
    assertThatThrownBy(() -> mechanism("OAUTHBEARER")).isInstanceOf(InvalidSettingException.class);
  }

  @Property(tries = 300)
  void noTextBreaksTheParsers(@ForAll String text) {
    BearerMessage.oauthBearer("n,a=x," + text)
        .ifPresent(m -> assertThat(m.user()).isEqualTo("x"));
    BearerMessage.xoauth2("user=x" + text).ifPresent(m -> assertThat(m.user()).startsWith("x"));
  }
}
