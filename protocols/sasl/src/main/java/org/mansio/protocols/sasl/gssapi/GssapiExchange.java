package org.mansio.protocols.sasl.gssapi;

import java.util.Optional;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.MessageProp;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.sasl.ActingAs;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslStep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's side of one exchange (RFC 4752 §3.2): tokens until the context stands, then the layers, then the choice. */
final class GssapiExchange implements SaslMechanism.SaslExchange {
  private static final Logger LOG = LoggerFactory.getLogger(GssapiExchange.class);

  // RFC 4752 §3.3: the bit of "no security layer".
  private static final byte NO_LAYER = 1;
  private static final int CHOICE_OCTETS = 4;

  private final GssapiMechanism.Acceptor acceptor;
  private final Realm realm;
  private final SaslMechanism.Context context;
  private @Nullable GSSContext security;
  private State state = State.TOKENS;

  private enum State {
    /** Until both sides have made the security context. */
    TOKENS,
    /** The last token is out, the client answers by nothing. */
    ACKNOWLEDGEMENT,
    /** The layers are offered. */
    CHOICE
  }

  GssapiExchange(GssapiMechanism.Acceptor acceptor, Realm realm, SaslMechanism.Context context) {
    this.acceptor = acceptor;
    this.realm = realm;
    this.context = context;
  }

  @Override
  public boolean clientFirst() {
    return true;
  }

  @Override
  public SaslStep next(byte[] response) {
    GSSContext now = security;
    try {
      if (now == null) {
        now = acceptor.context();
        security = now;
      }
    } catch (GSSException e) {
      LOG.warn("the Kerberos keys can't be used; check the keytab: {}", e.getMessage());
      return new SaslStep.Unavailable("the Kerberos keys can't be used");
    }
    try {
      return switch (state) {
        case TOKENS -> accept(now, response);
        case ACKNOWLEDGEMENT ->
          response.length == 0
              ? offer(now)
              : new SaslStep.Malformed("something where nothing was to come");
        case CHOICE -> choice(now, response);
      };
    } catch (GSSException e) {
      LOG.debug("a token that isn't good", e);
      return new SaslStep.Rejected("ticket not good: " + e.getMessage());
    }
  }

  private SaslStep accept(GSSContext now, byte[] token) throws GSSException {
    if (token.length == 0) {
      return new SaslStep.Malformed("an empty token");
    }
    byte[] answer = now.acceptSecContext(token, 0, token.length);
    boolean says = answer != null && answer.length > 0;
    if (!now.isEstablished()) {
      return says
          ? new SaslStep.Challenge(answer)
          : new SaslStep.Rejected("no security context came about");
    }
    state = State.ACKNOWLEDGEMENT;
    return says ? new SaslStep.Challenge(answer) : offer(now);
  }

  private SaslStep offer(GSSContext now) throws GSSException {
    state = State.CHOICE;
    byte[] layers = {NO_LAYER, 0, 0, 0};
    // RFC 4752 §3.2: wrapped without confidentiality.
    return new SaslStep.Challenge(now.wrap(layers, 0, layers.length, new MessageProp(0, false)));
  }

  private SaslStep choice(GSSContext now, byte[] response) throws GSSException {
    byte[] chosen = now.unwrap(response, 0, response.length, new MessageProp(0, false));
    if (chosen.length < CHOICE_OCTETS) {
      return new SaslStep.Malformed("no choice of a layer");
    }
    // RFC 4752 §3.1: without a layer the size is 0.
    if (chosen[0] != NO_LAYER || chosen[1] != 0 || chosen[2] != 0 || chosen[3] != 0) {
      return new SaslStep.Malformed("a security layer that wasn't offered");
    }
    Optional<String> identity = SaslText.decode(chosen, CHOICE_OCTETS, chosen.length);
    if (identity.isEmpty()) {
      return new SaslStep.Malformed("the identity is too long or isn't UTF-8");
    }
    String principal = now.getSrcName().toString();
    UserDirectory users = context.users();
    Optional<MailAddress> user =
        realm.address(principal).flatMap(users::addressOf).flatMap(users::findUser);
    return user.map(found -> ActingAs.check(users, found, identity.get()))
        .orElseGet(() -> new SaslStep.Rejected(SaslText.shown(principal) + " is nobody here"));
  }

  @Override
  public void dispose() {
    GSSContext now = security;
    if (now != null) {
      try {
        now.dispose();
      } catch (GSSException e) {
        LOG.debug("a security context couldn't be let go", e);
      }
    }
  }
}
