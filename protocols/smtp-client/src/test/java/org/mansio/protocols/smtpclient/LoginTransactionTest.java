package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mansio.spi.queue.RecipientResult.Delivered;

class LoginTransactionTest extends ClientTest {
  @Test
  void keepsAPasswordThatIsSentInOrder() throws Exception {
    server.offering("AUTH PLAIN LOGIN", "8BITMIME");
    ClientOptions authenticated =
        smtp.withTls(TlsMode.NONE, false).withCredentials(new Credentials("relay", "geheim"));

    assertThat(send(authenticated, toBob(), content(MESSAGE)).get(BOB))
        .isInstanceOf(Delivered.class);
    assertThat(server.commands()).contains("AUTH PLAIN AHJlbGF5AGdlaGVpbQ==");
  }

  @Test
  void logsInWithLoginWhereThereIsNoPlain() throws Exception {
    server
        .offering("AUTH LOGIN", "8BITMIME")
        .on("AUTH", "334 VXNlcm5hbWU6")
        .on("cmVsYXk=", "334 UGFzc3dvcmQ6")
        .on("Z2VoZWlt", "235 ok");
    ClientOptions authenticated =
        smtp.withTls(TlsMode.NONE, false).withCredentials(new Credentials("relay", "geheim"));

    assertThat(send(authenticated, toBob(), content(MESSAGE)).get(BOB))
        .isInstanceOf(Delivered.class);
  }

  @Test
  void defersWhenTheLoginFails() {
    server.offering("AUTH PLAIN", "8BITMIME").on("AUTH", "535 5.7.8 wrong");
    ClientOptions authenticated =
        smtp.withTls(TlsMode.NONE, false).withCredentials(new Credentials("relay", "geheim"));

    assertThatThrownBy(() -> send(authenticated, toBob(), content(MESSAGE)))
        .isInstanceOfSatisfying(ConnectFailure.class, e -> {
          assertThat(e.permanent()).isFalse();
          assertThat(e.getMessage())
              .contains("535")
              .doesNotContain("geheim", "AHJlbGF5AGdlaGVpbQ==");
        });
  }

  @Test
  void sendsNoPasswordWithoutTlsUnlessToldTo() {
    server.offering("AUTH PLAIN", "8BITMIME");

    assertThatThrownBy(() -> send(
            smtp.withCredentials(new Credentials("relay", "geheim")), toBob(), content(MESSAGE)))
        .isInstanceOf(ConnectFailure.class);
    assertThat(server.commands()).noneMatch(command -> command.startsWith("AUTH"));
  }
}
