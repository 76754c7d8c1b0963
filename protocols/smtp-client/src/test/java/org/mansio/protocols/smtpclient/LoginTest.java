package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest {
  private static final Credentials PASSWORD = new Credentials("tim", "tanstaaftanstaaf");

  @TempDir
  Path folder;

  private final List<String> sent = new ArrayList<>();

  /** Performs a login against these replies; what is asked beyond them is refused. */
  private void login(Credentials credentials, String offered, Reply... replies) throws Exception {
    Login.of(credentials, List.of(offered.split(" ")), true).perform(line -> {
      sent.add(line);
      return sent.size() <= replies.length ? replies[sent.size() - 1] : reply(503, "what?");
    });
  }

  private static Reply reply(int code, String text) {
    return new Reply(code, List.of(text));
  }

  private static Reply challenge(String text) {
    return reply(334, base64(text));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Credentials token(String text) throws Exception {
    Path file = folder.resolve("token");
    Files.writeString(file, text);
    return Credentials.byToken("tim", file);
  }

  @Test
  void theStrongestMechanismIsTaken() throws Exception {
    login(
        PASSWORD,
        "LOGIN PLAIN CRAM-MD5",
        challenge("<1896.697170952@postoffice.reston.mci.net>"),
        reply(235, "ok"));
    assertThat(sent)
        .containsExactly("AUTH CRAM-MD5", base64("tim b913a602c7eda7a495b4e6e7334d3890"));
  }

  @Test
  void aTokenIsReadForEachLogin() throws Exception {
    login(token("abc\n"), "PLAIN XOAUTH2", reply(235, "ok"));
    assertThat(sent)
        .containsExactly("AUTH XOAUTH2 " + base64("user=tim\u0001auth=Bearer abc\u0001\u0001"));
    sent.clear();
    login(token("def"), "OAUTHBEARER XOAUTH2", reply(235, "ok"));
    assertThat(sent)
        .containsExactly("AUTH OAUTHBEARER " + base64("n,a=tim,\u0001auth=Bearer def\u0001\u0001"));
  }

  @Test
  void anErrorOfTheTokenIsAcknowledged() throws Exception {
    Credentials token = token("abc");
    assertThatThrownBy(() -> login(
            token,
            "OAUTHBEARER",
            challenge("{\"status\":\"invalid_token\"}"),
            reply(535, "5.7.8 no")))
        .isInstanceOf(Login.Failure.class)
        .hasMessageContaining("535")
        .hasMessageNotContaining("abc");
    assertThat(sent).last().isEqualTo("AQ==");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "line\nbreak", "ümlaut"})
  void whatIsNoTokenIsNotSent(String text) throws Exception {
    Credentials token = token(text);
    assertThatThrownBy(() -> login(token, "XOAUTH2")).isInstanceOf(Login.Failure.class);
    assertThat(sent).isEmpty();
  }

  @Test
  void aTokenFileThatIsMissingOrTooLongIsNamed() throws Exception {
    Credentials missing = Credentials.byToken("tim", folder.resolve("nothing"));
    assertThatThrownBy(() -> login(missing, "XOAUTH2")).hasMessageContaining("nothing");
    Credentials tooLong = token("a".repeat(8193));
    assertThatThrownBy(() -> login(tooLong, "XOAUTH2")).hasMessageContaining("token");
  }

  @Test
  void withoutTlsOnlyWhatKeepsThePasswordIsUsed() throws Exception {
    for (String offered : List.of("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2")) {
      assertThatThrownBy(() -> Login.of(PASSWORD, List.of(offered), false))
          .hasMessageContaining("startTLS");
    }
    assertThat(Login.of(PASSWORD, List.of("SCRAM-SHA-256"), false)).isNotNull();
    Credentials token = token("abc");
    assertThatThrownBy(() -> Login.of(token, List.of("XOAUTH2"), false))
        .hasMessageContaining("startTLS");
  }

  @Test
  void aHostThatOffersNothingFittingIsRefused() {
    assertThatThrownBy(() -> login(PASSWORD, "GSSAPI NTLM"))
        .hasMessageContaining("SCRAM")
        .hasMessageContaining("OAUTHBEARER");
  }

  @Test
  void aSuccessWithoutTheServersProofIsNone() {
    assertThatThrownBy(() -> login(PASSWORD, "SCRAM-SHA-256 PLAIN", reply(235, "come in")))
        .isInstanceOf(Login.Failure.class)
        .hasMessageContaining("without proving");
  }

  @Test
  void aChallengeThatIsWrongIsBrokenOff() {
    assertThatThrownBy(() -> login(PASSWORD, "SCRAM-SHA-256", challenge("r=other,s=AAAA,i=4096")))
        .hasMessageContaining("broken off");
    assertThat(sent).last().isEqualTo("*");
    sent.clear();
    assertThatThrownBy(() -> login(PASSWORD, "CRAM-MD5", reply(334, "not base64!")))
        .hasMessageContaining("isn't base64");
    assertThat(sent).last().isEqualTo("*");
  }

  @Test
  void challengesWithoutEndAreBrokenOff() throws Exception {
    Reply[] endless = new Reply[40];
    java.util.Arrays.fill(endless, challenge("{}"));
    Credentials token = token("abc");
    assertThatThrownBy(() -> login(token, "XOAUTH2", endless)).hasMessageContaining("don't end");
    assertThat(sent).hasSize(18).last().isEqualTo("*");
  }
}
