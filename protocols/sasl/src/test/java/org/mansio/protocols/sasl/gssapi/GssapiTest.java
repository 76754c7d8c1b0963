package org.mansio.protocols.sasl.gssapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.protocols.sasl.TestContext.octets;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.MessageProp;
import org.ietf.jgss.Oid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.protocols.sasl.TestContext;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanism.SaslExchange;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeServices;

/** Against a KDC on loopback, with the JDK's own client. */
class GssapiTest {
  private static final String REALM = "EXAMPLE.ORG";
  private static final SaslStep ALICE = new SaslStep.Success(MailAddress.of("alice@example.org"));

  @TempDir
  static Path folder;

  private static SimpleKdcServer kdc;

  private final TestContext context = new TestContext();

  @BeforeAll
  static void startKdc() throws Exception {
    kdc = new SimpleKdcServer();
    kdc.setWorkDir(folder.toFile());
    kdc.setKdcRealm(REALM);
    kdc.setKdcHost("localhost");
    kdc.setAllowUdp(false);
    kdc.init();
    kdc.start();
    kdc.createPrincipal("alice@" + REALM, "ecila");
    kdc.createPrincipal("nobody@" + REALM, "ydobon");
    kdc.createAndExportPrincipals(
        folder.resolve("smtp.keytab").toFile(), "smtp/mx.example.org@" + REALM);
    System.setProperty("java.security.krb5.conf", folder.resolve("krb5.conf").toString());
  }

  @AfterAll
  static void stopKdc() throws Exception {
    System.clearProperty("java.security.krb5.conf");
    kdc.stop();
  }

  private static SaslMechanism mechanism(Map<String, String> settings)
      throws InvalidSettingException {
    SaslMechanismFactory factory = GssapiMechanism.factory();
    return factory.create(Settings.ofTexts(factory.settings(), settings), new FakeServices());
  }

  private static SaslMechanism mechanism() throws InvalidSettingException {
    return mechanism(Map.of("keytab", folder.resolve("smtp.keytab").toString(), "realm", REALM));
  }

  /** A client's security context, logged in at the KDC. */
  private static Subject login(String user, String password) throws Exception {
    Configuration configuration = new Configuration() {
      @Override
      public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
        return new AppConfigurationEntry[] {
          new AppConfigurationEntry(
              "com.sun.security.auth.module.Krb5LoginModule",
              LoginModuleControlFlag.REQUIRED,
              Map.of("principal", user + "@" + REALM))
        };
      }
    };
    LoginContext login = new LoginContext(
        "client",
        new Subject(),
        callbacks -> {
          for (var callback : callbacks) {
            if (callback instanceof javax.security.auth.callback.PasswordCallback asked) {
              asked.setPassword(password.toCharArray());
            }
          }
        },
        configuration);
    login.login();
    return login.getSubject();
  }

  private SaslStep play(Subject client, byte[] choice) {
    return Subject.callAs(client, () -> {
      GSSManager manager = GSSManager.getInstance();
      Oid kerberos = new Oid("1.2.840.113554.1.2.2");
      GSSContext security = manager.createContext(
          manager.createName("smtp@mx.example.org", GSSName.NT_HOSTBASED_SERVICE),
          kerberos,
          null,
          GSSContext.DEFAULT_LIFETIME);
      security.requestMutualAuth(true);
      SaslExchange server = mechanism().start(context);
      byte[] token = security.initSecContext(new byte[0], 0, 0);
      SaslStep step = server.next(token);
      while (!security.isEstablished() && step instanceof SaslStep.Challenge(byte[] octets)) {
        byte[] answer = security.initSecContext(octets, 0, octets.length);
        step = server.next(answer == null ? new byte[0] : answer);
      }
      if (step instanceof SaslStep.Challenge(byte[] octets)) {
        byte[] offer = security.unwrap(octets, 0, octets.length, new MessageProp(0, false));
        assertThat(offer).containsExactly(1, 0, 0, 0);
        step = server.next(security.wrap(choice, 0, choice.length, new MessageProp(0, false)));
      }
      server.dispose();
      return step;
    });
  }

  private static byte[] choice(int layer, String identity) {
    byte[] name = octets(identity);
    byte[] all = new byte[4 + name.length];
    all[0] = (byte) layer;
    System.arraycopy(name, 0, all, 4, name.length);
    return all;
  }

  @Test
  void aTicketIsALogin() throws Exception {
    Subject alice = login("alice", "ecila");
    assertThat(play(alice, choice(1, ""))).isEqualTo(ALICE);
    assertThat(play(alice, choice(1, "alice@example.org"))).isEqualTo(ALICE);
    assertThat(play(alice, choice(1, "bob@example.org"))).isInstanceOf(SaslStep.Rejected.class);
    assertThat(play(alice, choice(2, ""))).isInstanceOf(SaslStep.Malformed.class);
    assertThat(play(alice, new byte[] {1})).isInstanceOf(SaslStep.Malformed.class);
  }

  @Test
  void aTicketOfWhoIsNoUserIsRejected() throws Exception {
    assertThat(play(login("nobody", "ydobon"), choice(1, "")))
        .isInstanceOf(SaslStep.Rejected.class);
  }

  @Test
  void whatIsNoTicketIsRejected() throws Exception {
    SaslExchange exchange = mechanism().start(context);
    assertThat(exchange.next(octets("no ticket"))).isInstanceOf(SaslStep.Rejected.class);
    exchange.dispose();
    assertThat(mechanism().start(context).next(new byte[0])).isInstanceOf(SaslStep.Malformed.class);
  }

  @Test
  void withoutKeysNobodyIsJudged() {
    SaslMechanism broken = new GssapiMechanism(
        () -> {
          throw new GSSException(GSSException.NO_CRED);
        },
        new Realm(REALM, "example.org"));
    assertThat(broken.start(context).next(octets("x"))).isInstanceOf(SaslStep.Unavailable.class);
  }

  @Test
  void aKeytabThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> mechanism(Map.of("keytab", "/nowhere", "realm", REALM)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("/nowhere");
  }

  @Test
  void onlyPlainPrincipalsOfTheRealmAreUsers() {
    Realm realm = new Realm(REALM, "example.org");
    assertThat(realm.address("alice@EXAMPLE.ORG")).contains("alice@example.org");
    for (String other : new String[] {
      "alice@OTHER.ORG",
      "alice@example.org",
      "alice/admin@EXAMPLE.ORG",
      "alice",
      "@EXAMPLE.ORG",
      "alice\\@x@EXAMPLE.ORG"
    }) {
      assertThat(realm.address(other)).isEqualTo(Optional.empty());
    }
  }
}
