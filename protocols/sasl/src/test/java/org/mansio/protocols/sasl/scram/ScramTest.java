package org.mansio.protocols.sasl.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.protocols.sasl.TestContext.challenge;
import static org.mansio.protocols.sasl.TestContext.data;
import static org.mansio.protocols.sasl.TestContext.octets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.sasl.TestContext;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism.SaslExchange;
import org.mansio.spi.sasl.SaslStep;

class ScramTest {
  private static final MailAddress ALICE = MailAddress.of("alice@example.org");
  private static final byte[] BINDING = {1, 2, 3, 4};

  @TempDir
  Path data;

  private TestContext context;

  @BeforeEach
  void connect() {
    context = new TestContext();
  }

  private SaslExchange start(ScramHash hash, boolean plus) {
    return new ScramMechanism(
            hash, plus, new DecoySalt(data.resolve("sasl/decoy.key")), () -> "server")
        .start(context);
  }

  /** Plays a client to the end. */
  private SaslStep login(
      SaslExchange exchange,
      ScramHash hash,
      String header,
      byte[] binding,
      String user,
      String password) {
    String bare = "n=" + user + ",r=client";
    SaslStep step = exchange.next(octets(header + bare));
    if (!(step instanceof SaslStep.Challenge)) {
      return step;
    }
    return exchange.next(octets(last(hash, header, binding, bare, challenge(step), password)));
  }

  private static String last(
      ScramHash hash,
      String header,
      byte[] binding,
      String bare,
      String serverFirst,
      String password) {
    String[] parts = serverFirst.split(",");
    byte[] head = octets(header);
    byte[] channel = java.util.Arrays.copyOf(head, head.length + binding.length);
    System.arraycopy(binding, 0, channel, head.length, binding.length);
    String withoutProof = "c=" + Base64.getEncoder().encodeToString(channel) + "," + parts[0];
    ScramProof proof = ScramProof.of(
        hash,
        password,
        Base64.getDecoder().decode(parts[1].substring(2)),
        Integer.parseInt(parts[2].substring(2)),
        bare + "," + serverFirst + "," + withoutProof);
    return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof.clientProof());
  }

  // RFC 5802 §5 and RFC 7677 §3.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SHA_1|n=user,r=fyko+d2lbbFgONRv9qkxdawL|r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"
            + "|c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j|v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=|rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        "SHA_256|n=user,r=rOprNGfwEbeRWgbNEkqO|r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096|c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
            + "|dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=|6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
      })
  void theExchangesOfTheRfcsCompute(
      ScramHash hash,
      String bare,
      String serverFirst,
      String withoutProof,
      String proof,
      String signature) {
    String salt = serverFirst.replaceFirst(".*,s=", "").replaceFirst(",i=.*", "");
    ScramProof computed = ScramProof.of(
        hash,
        "pencil",
        Base64.getDecoder().decode(salt),
        4096,
        bare + "," + serverFirst + "," + withoutProof);
    assertThat(Base64.getEncoder().encodeToString(computed.clientProof())).isEqualTo(proof);
    assertThat(Base64.getEncoder().encodeToString(computed.serverSignature())).isEqualTo(signature);
  }

  @ParameterizedTest
  @EnumSource(ScramHash.class)
  void aRightPasswordIsAnsweredByTheServersSignature(ScramHash hash) {
    SaslStep step =
        login(start(hash, false), hash, "n,,", new byte[0], "alice@example.org", "ecila");
    assertThat(step)
        .isInstanceOfSatisfying(
            SaslStep.Success.class, success -> assertThat(success.user()).isEqualTo(ALICE));
    assertThat(data(step)).startsWith("v=");
  }

  @Test
  void aWrongPasswordAndNobodyLookAlike() {
    ScramHash hash = ScramHash.SHA_256;
    SaslStep wrong = login(start(hash, false), hash, "n,,", new byte[0], "alice@example.org", "x");
    SaslStep nobody =
        login(start(hash, false), hash, "n,,", new byte[0], "nobody@example.org", "x");
    assertThat(wrong)
        .isInstanceOfSatisfying(
            SaslStep.Rejected.class,
            rejected -> assertThat(rejected.login()).contains("alice@example.org"));
    assertThat(nobody)
        .isInstanceOfSatisfying(
            SaslStep.Rejected.class,
            rejected -> assertThat(rejected.login()).contains("nobody@example.org"));
  }

  @Test
  void nobodysSaltIsPlausibleAndAlwaysTheSame() throws Exception {
    String first =
        challenge(start(ScramHash.SHA_256, false).next(octets("n,,n=nobody@example.org,r=c")));
    String again =
        challenge(start(ScramHash.SHA_256, false).next(octets("n,,n=Nobody@example.org,r=c")));
    String other =
        challenge(start(ScramHash.SHA_256, false).next(octets("n,,n=noone@example.org,r=c")));
    String real =
        challenge(start(ScramHash.SHA_256, false).next(octets("n,,n=alice@example.org,r=c")));
    assertThat(first).isEqualTo(again).isNotEqualTo(other).hasSameSizeAs(real);
    assertThat(first.replaceFirst(".*,i=", "")).isEqualTo(real.replaceFirst(".*,i=", ""));
    assertThat(PosixFilePermissions.toString(
            Files.getPosixFilePermissions(data.resolve("sasl/decoy.key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void oneMayNameOneselfAndNobodyElse() {
    ScramHash hash = ScramHash.SHA_256;
    assertThat(login(
            start(hash, false),
            hash,
            "n,a=alice@example.org,",
            new byte[0],
            "alice@example.org",
            "ecila"))
        .isInstanceOf(SaslStep.Success.class);
    assertThat(login(
            start(hash, false),
            hash,
            "n,a=bob@example.org,",
            new byte[0],
            "alice@example.org",
            "ecila"))
        .isInstanceOf(SaslStep.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls-exporter", "tls-server-end-point"})
  void plusIsBoundToTheChannel(String type) {
    context.bindings.put(type, BINDING);
    ScramHash hash = ScramHash.SHA_256;
    String header = "p=" + type + ",,";
    assertThat(login(start(hash, true), hash, header, BINDING, "alice@example.org", "ecila"))
        .isInstanceOf(SaslStep.Success.class);
    assertThat(login(
            start(hash, true), hash, header, new byte[] {9, 9, 9, 9}, "alice@example.org", "ecila"))
        .isInstanceOf(SaslStep.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"n,,", "y,,", "p=tls-unique,,", "p=tls-exporter,,"})
  void plusWithoutABindingThatIsThereIsRejected(String header) {
    context.bindings.put("tls-server-end-point", BINDING);
    ScramHash hash = ScramHash.SHA_256;
    assertThat(login(start(hash, true), hash, header, BINDING, "alice@example.org", "ecila"))
        .isInstanceOf(SaslStep.Rejected.class);
  }

  @Test
  void aClientThatDidNotSeePlusThoughItWasOfferedIsRejected() {
    ScramHash hash = ScramHash.SHA_256;
    assertThat(login(start(hash, false), hash, "y,,", new byte[0], "alice@example.org", "ecila"))
        .isInstanceOf(SaslStep.Success.class);
    context.offered.add("SCRAM-SHA-256-PLUS");
    assertThat(login(start(hash, false), hash, "y,,", new byte[0], "alice@example.org", "ecila"))
        .isInstanceOf(SaslStep.Rejected.class);
    assertThat(login(start(hash, false), hash, "n,,", new byte[0], "alice@example.org", "ecila"))
        .isInstanceOf(SaslStep.Success.class);
  }

  @Test
  void plusIsUsableWhereThereIsABinding() {
    ScramMechanism plus =
        new ScramMechanism(ScramHash.SHA_256, true, new DecoySalt(data.resolve("k")), () -> "s");
    assertThat(plus.isUsable(context)).isFalse();
    context.bindings.put("tls-exporter", BINDING);
    assertThat(plus.isUsable(context)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n",
        "n,",
        "n,,",
        "n,,n=alice",
        "n,,r=c,n=alice",
        "n,,n=,r=c",
        "n,,n=alice,r=",
        "n,,n=al=ice,r=c",
        "n,,n=al=2cice,r=c",
        "n,,m=x,n=alice,r=c",
        "x,,n=alice,r=c",
        "p=,,n=alice,r=c",
        "n,b=alice,n=alice,r=c",
        "n,,n=alice,r=a b"
      })
  void whatIsNoFirstMessageIsMalformed(String text) {
    assertThat(start(ScramHash.SHA_1, false).next(octets(text)))
        .isInstanceOf(SaslStep.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "c=biws", "c=biws,r=clientserver", "c=!,r=clientserver,p=AAAA", "c=biws,p=AAAA"
      })
  void whatIsNoFinalMessageIsMalformed(String text) {
    SaslExchange exchange = start(ScramHash.SHA_1, false);
    exchange.next(octets("n,,n=alice@example.org,r=client"));
    assertThat(exchange.next(octets(text))).isInstanceOf(SaslStep.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c=biws,r=clientother,p=AAAA",
        "c=eSws,r=clientserver,p=AAAA",
        "c=biws,r=clientserver,p=AAAA",
        "c=biws,r=clientserver,p="
      })
  void anotherNonceAnotherHeaderOrNoProofIsRejected(String text) {
    SaslExchange exchange = start(ScramHash.SHA_1, false);
    exchange.next(octets("n,,n=alice@example.org,r=client"));
    assertThat(exchange.next(octets(text))).isInstanceOf(SaslStep.Rejected.class);
  }

  @Test
  void anEmptyProofDoesNotPassForNobody() {
    ScramHash hash = ScramHash.SHA_256;
    SaslExchange exchange = start(hash, false);
    exchange.next(octets("n,,n=nobody@example.org,r=client"));
    String zeros = Base64.getEncoder().encodeToString(new byte[32]);
    assertThat(exchange.next(octets("c=biws,r=clientserver,p=" + zeros)))
        .isInstanceOf(SaslStep.Rejected.class);
  }

  @Property(tries = 300)
  void escapedNamesComeBack(@ForAll String name) {
    assertThat(ClientFirst.name(ClientFirst.saslname(name))).contains(name);
  }

  @Property(tries = 300)
  void noTextBreaksTheParsers(@ForAll String text) {
    ClientFirst.parse("n,," + text).ifPresent(first -> assertThat(first.user()).isNotEmpty());
    ClientFinal.parse("c=" + text)
        .ifPresent(last -> assertThat(last.withoutProof()).isNotEmpty());
  }
}
