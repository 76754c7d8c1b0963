package org.mansio.protocols.sasl.gssapi;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.Oid;

/** The server's keys in a keytab. The JDK reads the file at each exchange, so that new keys count at once. Thread-safe. */
record KerberosKeys(Path keytab, String principal) implements GssapiMechanism.Acceptor {
  // RFC 4121 §1: Kerberos 5.
  private static final String KERBEROS = "1.2.840.113554.1.2.2";
  private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";

  @Override
  public GSSContext context() throws GSSException {
    try {
      return Subject.callAs(login(), () -> {
        GSSManager manager = GSSManager.getInstance();
        GSSCredential credential = manager.createCredential(
            null, GSSCredential.INDEFINITE_LIFETIME, new Oid(KERBEROS), GSSCredential.ACCEPT_ONLY);
        return manager.createContext(credential);
      });
    } catch (LoginException e) {
      throw failure(e);
    } catch (CompletionException e) {
      throw e.getCause() instanceof GSSException gss ? gss : failure(e);
    }
  }

  private static GSSException failure(Exception cause) {
    GSSException failure =
        new GSSException(GSSException.NO_CRED, 0, String.valueOf(cause.getMessage()));
    failure.initCause(cause);
    return failure;
  }

  private Subject login() throws LoginException {
    Map<String, String> options = Map.of(
        "useKeyTab", "true",
        "keyTab", keytab.toString(),
        "principal", principal,
        "storeKey", "true",
        "doNotPrompt", "true",
        // The server asks for no ticket of its own, so it needs no KDC.
        "isInitiator", "false");
    Configuration configuration = new Configuration() {
      @Override
      public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
        return new AppConfigurationEntry[] {
          new AppConfigurationEntry(MODULE, LoginModuleControlFlag.REQUIRED, options)
        };
      }
    };
    LoginContext login = new LoginContext("mansio", new Subject(), null, configuration);
    login.login();
    return login.getSubject();
  }
}
