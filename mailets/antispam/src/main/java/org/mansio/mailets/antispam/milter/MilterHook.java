package org.mansio.mailets.antispam.milter;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.spi.Services;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/** Lets one milter watch the sessions of a listener. What it keeps of a session goes with the session. */
final class MilterHook implements SmtpHook {
  /** A milter's own time-outs come first; this is for what else there is, such as a slow disk. */
  private static final Duration SLACK = Duration.ofMinutes(11);

  private final MilterOptions options;
  private final Services services;
  private final MilterConnections connections;
  private final Macros macros;
  private final Map<String, Conversation> conversations = new ConcurrentHashMap<>();
  private final Map<InetAddress, Integer> clients = new ConcurrentHashMap<>();

  MilterHook(MilterOptions options, Services services) {
    this.options = options;
    this.services = services;
    this.connections = new MilterConnections(options, new Availability(System::nanoTime));
    this.macros = new Macros(services, options.macros());
  }

  @Override
  public String name() {
    return MilterHookFactory.NAME;
  }

  @Override
  public Optional<Duration> timeout() {
    return Optional.of(options.messageTimeout().plus(SLACK));
  }

  @Override
  public Verdict onConnect(SmtpSession session) {
    return of(session).connect(session);
  }

  @Override
  public Verdict onHelo(SmtpSession session, String name) {
    return of(session).helo(session, name);
  }

  @Override
  public Verdict onMail(SmtpSession session) {
    return of(session).mail(session);
  }

  @Override
  public Verdict onRcpt(SmtpSession session, Recipient recipient) {
    return of(session).rcpt(session, recipient);
  }

  @Override
  public Verdict onRefusedRcpt(SmtpSession session, MailAddress recipient, SmtpReply reply) {
    of(session).refusedRecipient(session, Recipient.of(recipient), reply);
    return Verdict.decline();
  }

  @Override
  public Verdict onDataStart(SmtpSession session) {
    return of(session).dataStart(session);
  }

  @Override
  public Verdict onData(SmtpSession session, SpooledMail mail) {
    return of(session).data(session, mail);
  }

  @Override
  public Verdict onUnknown(SmtpSession session, String line) {
    return of(session).unknown(session, line);
  }

  @Override
  public void onReset(SmtpSession session) {
    of(session).reset();
  }

  @Override
  public void onQuit(SmtpSession session) {
    Conversation conversation = conversations.remove(session.id());
    if (conversation != null) {
      clients.computeIfPresent(
          session.remote().getAddress(), (address, count) -> count > 1 ? count - 1 : null);
      conversation.quit();
    }
  }

  /** How many sessions something is kept of. */
  int sessions() {
    return conversations.size();
  }

  private Conversation of(SmtpSession session) {
    return conversations.computeIfAbsent(session.id(), id -> {
      int count = clients.merge(session.remote().getAddress(), 1, Integer::sum);
      return new Conversation(options, connections, macros, services.queue(), count);
    });
  }
}
