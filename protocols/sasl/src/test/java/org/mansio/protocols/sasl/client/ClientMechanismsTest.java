package org.mansio.protocols.sasl.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.protocols.sasl.TestContext.octets;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.sasl.SaslPlugin;
import org.mansio.protocols.sasl.TestContext;
import org.mansio.protocols.sasl.scram.ScramHash;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism.SaslExchange;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeServices;

class ClientMechanismsTest {
  private static final int MAX_STEPS = 8;
  private final TestContext context = new TestContext();

  private SaslExchange server(String name) throws Exception {
    SaslMechanismFactory factory = new SaslPlugin()
        .saslMechanisms().stream()
            .filter(f -> f.name().equals(name))
            .findFirst()
            .orElseThrow();
    return factory
        .create(Settings.ofTexts(factory.settings(), Map.of()), new FakeServices())
        .start(context);
  }

  /** Both sides against each other, as AUTH carries them. */
  private SaslStep play(ClientExchange client) throws Exception {
    SaslExchange server = server(client.mechanism());
    SaslStep step = server.next(client.initial().orElse(new byte[0]));
    for (int i = 0; i < MAX_STEPS && step instanceof SaslStep.Challenge(byte[] octets); i++) {
      step = server.next(client.respond(octets));
    }
    if (step instanceof SaslStep.Success(MailAddress user, Optional<byte[]> data)
        && data.isPresent()) {
      assertThat(client.isComplete()).isFalse();
      assertThat(client.respond(data.get())).isEmpty();
    }
    return step;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"})
  void clientAndServerUnderstandEachOther(String mechanism) throws Exception {
    ClientExchange client = ClientMechanisms.withPassword(
            List.of(mechanism), "alice@example.org", "ecila", true)
        .orElseThrow();
    assertThat(client.mechanism()).isEqualTo(mechanism);
    assertThat(play(client)).isInstanceOf(SaslStep.Success.class);
    assertThat(client.isComplete()).isTrue();
    ClientExchange wrong = ClientMechanisms.withPassword(
            List.of(mechanism), "alice@example.org", "wrong", true)
        .orElseThrow();
    assertThat(play(wrong)).isInstanceOf(SaslStep.Rejected.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-512 SCRAM-SHA-256', SCRAM-SHA-256",
    "'PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-512', SCRAM-SHA-512",
    "'PLAIN CRAM-MD5 SCRAM-SHA-1', SCRAM-SHA-1",
    "'PLAIN LOGIN CRAM-MD5', CRAM-MD5",
    "'LOGIN PLAIN', PLAIN",
    "'NTLM LOGIN', LOGIN",
    "'NTLM GSSAPI',"
  })
  void theStrongestIsChosen(String offered, String chosen) {
    assertThat(ClientMechanisms.withPassword(List.of(offered.split(" ")), "a", "b", true)
            .map(ClientExchange::mechanism))
        .isEqualTo(Optional.ofNullable(chosen));
  }

  @Test
  void thePasswordIsNotRevealedUnlessItMayBe() {
    assertThat(ClientMechanisms.withPassword(List.of("PLAIN", "LOGIN"), "a", "b", false))
        .isEmpty();
    assertThat(ClientMechanisms.withPassword(List.of("PLAIN", "CRAM-MD5"), "a", "b", false))
        .isEmpty();
    assertThat(ClientMechanisms.withPassword(List.of("PLAIN", "SCRAM-SHA-1"), "a", "b", false))
        .isPresent();
  }

  @Test
  void aTokenGoesInTheFormThatIsOffered() throws Exception {
    ClientExchange bearer = ClientMechanisms.withToken(
            List.of("XOAUTH2", "OAUTHBEARER"), "a,b=c", "tok")
        .orElseThrow();
    assertThat(new String(bearer.initial().orElseThrow(), StandardCharsets.UTF_8))
        .isEqualTo("n,a=a=2Cb=3Dc,\u0001auth=Bearer tok\u0001\u0001");
    assertThat(bearer.respond(octets("{}"))).isEqualTo(octets("\u0001"));
    ClientExchange older =
        ClientMechanisms.withToken(List.of("XOAUTH2"), "alice", "tok").orElseThrow();
    assertThat(new String(older.initial().orElseThrow(), StandardCharsets.UTF_8))
        .isEqualTo("user=alice\u0001auth=Bearer tok\u0001\u0001");
    assertThat(older.respond(octets("{}"))).isEmpty();
    assertThat(bearer.toString()).doesNotContain("tok");
    assertThat(ClientMechanisms.withToken(List.of("PLAIN"), "alice", "tok")).isEmpty();
  }

  @Test
  void theExampleOfTheRfcIsPlayed() throws Exception {
    // RFC 7677 §3.
    ScramClient client =
        new ScramClient(ScramHash.SHA_256, "user", "pencil", "rOprNGfwEbeRWgbNEkqO");
    assertThat(client.initial()).contains(octets("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
    String nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    assertThat(client.respond(octets("r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")))
        .isEqualTo(octets("c=biws,r=" + nonce + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
    assertThat(client.isComplete()).isFalse();
    assertThat(client.respond(octets("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")))
        .isEmpty();
    assertThat(client.isComplete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=nonce,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=nonceX,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1",
        "r=nonceX,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=999999999",
        "r=nonceX,s=!,i=4096",
        "m=x,r=nonceX,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "e=unknown-user"
      })
  void aServerThatDeviatesIsNotTrusted(String serverFirst) {
    ScramClient client = new ScramClient(ScramHash.SHA_256, "user", "pencil", "nonce");
    assertThatThrownBy(() -> client.respond(octets(serverFirst)))
        .isInstanceOf(UntrustedServerException.class);
  }

  @Test
  void aServerWithAnotherSignatureIsNotTrusted() throws Exception {
    ScramClient client = new ScramClient(ScramHash.SHA_256, "user", "pencil", "nonce");
    client.respond(octets("r=nonceX,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
    assertThatThrownBy(
            () -> client.respond(octets("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")))
        .isInstanceOf(UntrustedServerException.class);
    assertThat(client.isComplete()).isFalse();
  }
}
