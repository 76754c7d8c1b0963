package org.mansio.protocols.smtp;

import java.util.Optional;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.protocols.core.TurnedChannel;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.TurningVerb;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A verb behind whose positive reply client and server swap their roles (RFC 2645 §5.2.1). What the client pipelined behind
 * it is no command to anybody: it is forgotten, and the session ends instead of the swap.
 *
 * @param verb of a plugin
 */
record RoleSwap(TurningVerb verb) implements SmtpCommand.Handler {
  private static final Logger log = LoggerFactory.getLogger(RoleSwap.class);

  @Override
  public void handle(Session session, String argument) throws Exception {
    SmtpReply reply = verb.handle(session, argument);
    if (!reply.isPositive()) {
      session.reply(reply);
      return;
    }
    Optional<TurnedChannel> turned = Optional.empty();
    try {
      turned = session.connection().turn(ReplyFormat.octets(reply));
    } finally {
      if (turned.isEmpty()) {
        verb.notTurned(session);
      }
    }
    if (turned.isEmpty()) {
      log.warn("{}: sent commands behind {} without waiting", session, verb.name());
      session.end(
          SmtpReply.of(554, "5.5.0", "Commands behind " + verb.name() + ", closing connection"));
      return;
    }
    swapped(session, turned.get());
  }

  /** From here on nothing of this session may reach the peer. */
  private void swapped(Session session, TurnedChannel connection) throws ConnectionEnd {
    session.leave();
    log.debug("{}: roles swapped by {}", session, verb.name());
    try {
      verb.turned(session, connection);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.error("{}: the session behind {} broke", session, verb.name(), e);
    } finally {
      connection.close();
    }
  }
}
