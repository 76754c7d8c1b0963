package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.sasl.client.ClientExchange;
import org.mansio.protocols.sasl.client.ClientMechanisms;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;

/** Logins as clients do them, mechanism by mechanism. */
class AuthTest {
  private static final String ALICE = "alice@example.org";

  private final TestListener listener = new TestListener("submission");
  private boolean started;

  private Client client() throws IOException {
    if (!started) {
      listener.services.directory.setPasswordAndSharedSecret(MailAddress.of(ALICE), "ecila");
      listener.start();
      started = true;
    }
    Client client = listener.client();
    client.ask("EHLO client.example");
    return client;
  }

  private Client underTls() throws IOException {
    Client client = client();
    client.ask("STARTTLS");
    client.startTls(listener.tls.client());
    client.ask("EHLO client.example");
    return client;
  }

  @AfterEach
  void stop() {
    if (started) {
      listener.close();
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Goes on until the reply isn't 334; the last challenge of a mechanism with server data is answered too. */
  private static String login(Client client, String mechanism, String password) throws Exception {
    ClientExchange exchange =
        ClientMechanisms.withPassword(List.of(mechanism), ALICE, password, true).orElseThrow();
    String initial = exchange
        .initial()
        .map(octets -> " " + Base64.getEncoder().encodeToString(octets))
        .orElse("");
    String reply = client.ask("AUTH " + mechanism + initial);
    while (reply.startsWith("334")) {
      byte[] answer = exchange.respond(Base64.getDecoder().decode(reply.substring(4)));
      reply = client.ask(Base64.getEncoder().encodeToString(answer));
    }
    return reply;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"})
  void aLoginWorksByEachMechanism(String mechanism) throws Exception {
    listener.set("mechanisms", "");
    try (Client client = underTls()) {
      assertThat(login(client, mechanism, "wrong")).startsWith("535 5.7.8");
      assertThat(login(client, mechanism, "ecila")).startsWith("235 2.7.0");
    }
    assertThat(listener.services.guard.told())
        .containsExactly("failed " + ALICE, "succeeded " + ALICE);
  }

  @Test
  void mechanismsAreOfferedStrongestFirst() throws Exception {
    listener.set("mechanisms", "");
    try (Client client = underTls()) {
      assertThat(client.ask("EHLO client.example"))
          .contains("AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-512-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256"
              + " SCRAM-SHA-512 SCRAM-SHA-1 DIGEST-MD5 CRAM-SHA1 CRAM-MD5 NTLM PLAIN LOGIN");
      assertThat(client.ask("AUTH EXTERNAL =")).startsWith("504 5.5.4");
    }
  }

  @Test
  void withoutTlsOnlyWhatKeepsThePasswordIsOfferedWhereThatIsWanted() throws Exception {
    listener.set("mechanisms", "SCRAM-SHA-256-PLUS, SCRAM-SHA-256, PLAIN").set("auth", "protected");
    try (Client client = client()) {
      assertThat(client.ask("EHLO client.example")).contains("AUTH SCRAM-SHA-256");
      assertThat(client.ask("EHLO client.example")).doesNotContain("PLUS").doesNotContain("PLAIN");
      assertThat(client.ask("AUTH PLAIN " + base64("\0" + ALICE + "\0ecila")))
          .startsWith("538 5.7.11");
      assertThat(login(client, "SCRAM-SHA-256", "ecila")).startsWith("235");
    }
  }

  @Test
  void theServersLastWordIsAnsweredByNothing() throws Exception {
    listener.set("mechanisms", "SCRAM-SHA-256").set("maxAuthFailures", "10");
    for (String last : List.of("*", base64("more"), "no base64!")) {
      try (Client client = underTls()) {
        ClientExchange exchange = ClientMechanisms.withPassword(
                List.of("SCRAM-SHA-256"), ALICE, "ecila", true)
            .orElseThrow();
        String reply = client.ask("AUTH SCRAM-SHA-256 "
            + Base64.getEncoder().encodeToString(exchange.initial().orElseThrow()));
        byte[] proof = exchange.respond(Base64.getDecoder().decode(reply.substring(4)));
        reply = client.ask(Base64.getEncoder().encodeToString(proof));
        assertThat(new String(
                Base64.getDecoder().decode(reply.substring(4)), StandardCharsets.US_ASCII))
            .startsWith("v=");
        assertThat(client.ask(last)).startsWith("501");
        assertThat(client.ask("MAIL FROM:<" + ALICE + ">")).startsWith("530");
      }
    }
  }

  @Test
  void aLongChallengeLeavesWhole() throws Exception {
    listener.set("mechanisms", "SCRAM-SHA-256");
    String nonce = "n".repeat(5000);
    try (Client client = underTls()) {
      String reply = client.ask("AUTH SCRAM-SHA-256 " + base64("n,,n=" + ALICE + ",r=" + nonce));
      assertThat(
              new String(Base64.getDecoder().decode(reply.substring(4)), StandardCharsets.US_ASCII))
          .matches("r=" + nonce + "[^,]+,s=[^,]+,i=[0-9]+");
      assertThat(client.ask("*")).startsWith("501 5.7.0");
    }
  }

  @Test
  void aChallengeThatIsTooLongForALineEndsTheExchange() throws Exception {
    listener.set("mechanisms", "SCRAM-SHA-256");
    // Fits into the client's own line, and with the server's part and the salt into none.
    String nonce = "n".repeat(9160);
    try (Client client = underTls()) {
      assertThat(client.ask("AUTH SCRAM-SHA-256 " + base64("n,,n=" + ALICE + ",r=" + nonce)))
          .startsWith("500 5.5.6");
      assertThat(client.ask("NOOP")).startsWith("250");
    }
  }

  @Test
  void msnIsAnotherNameOfNtlm() throws Exception {
    listener.set("mechanisms", "NTLM");
    try (Client client = underTls()) {
      assertThat(client.ask("EHLO client.example")).contains("AUTH NTLM").doesNotContain("MSN");
      assertThat(client.ask("AUTH MSN")).isEqualTo("334 ");
      assertThat(client.ask("TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAA="))
          .startsWith("334 TlRMTVNTUAAC");
      assertThat(client.ask("*")).startsWith("501 5.7.0");
    }
  }

  @Test
  void whoIsShutOutHearsTheSameWhateverThePassword() throws Exception {
    listener.set("mechanisms", "SCRAM-SHA-256, PLAIN").set("maxAuthFailures", "10");
    try (Client client = underTls()) {
      listener.services.guard.setUsersShut(true);
      for (String mechanism : List.of("PLAIN", "SCRAM-SHA-256")) {
        assertThat(login(client, mechanism, "ecila"))
            .isEqualTo(login(client, mechanism, "wrong"))
            .startsWith("454 4.7.0");
      }
      listener.services.guard.setUsersShut(false);
      listener.services.guard.setShut(true);
      assertThat(login(client, "PLAIN", "ecila")).startsWith("454 4.7.0");
      listener.services.guard.setShut(false);
      assertThat(login(client, "PLAIN", "ecila")).startsWith("235");
    }
  }

  @Test
  void aLineWithoutEndIsRefused() throws Exception {
    try (Client client = underTls()) {
      client.ask("AUTH PLAIN");
      assertThat(client.ask("A".repeat(12_400))).startsWith("500 5.5.6");
      assertThat(client.ask("NOOP")).startsWith("250");
      assertThat(client.ask("AUTH PLAIN =")).startsWith("501 5.5.2");
    }
  }

  @Test
  void aMechanismThatIsNotThereIsRefusedAtTheStart() {
    listener.set("mechanisms", "PLAIN, GSSAPI");
    assertThatThrownBy(listener::create)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("GSSAPI")
        .hasMessageContaining("<sasl>");
  }
}
