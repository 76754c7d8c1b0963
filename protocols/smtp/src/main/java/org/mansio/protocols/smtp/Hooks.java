package org.mansio.protocols.smtp;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hooks of a listener in their order, each bounded by a time-out. Thread-safe. */
final class Hooks {
  private static final Logger log = LoggerFactory.getLogger(Hooks.class);

  private final List<SmtpHook> hooks;
  private final Duration timeout;

  Hooks(List<SmtpHook> hooks, Duration timeout) {
    this.hooks = List.copyOf(hooks);
    this.timeout = timeout;
  }

  /** A refusal. @param disconnect whether the session ends with it */
  record Refusal(SmtpReply reply, boolean disconnect) {}

  /**
   * Asks each hook until one has an opinion.
   *
   * @param stage for the log, such as {@code rcpt}
   */
  Optional<Refusal> ask(Session session, String stage, Function<SmtpHook, Verdict> question) {
    for (SmtpHook hook : hooks) {
      switch (bounded(session, stage, hook, question)) {
        case Verdict.Decline() -> {}
        case Verdict.Accept(String reason) -> {
          log.debug("{}: {} accepts at {}: {}", session, hook.name(), stage, reason);
          return Optional.empty();
        }
        case Verdict.Temporary(SmtpReply reply, String reason) -> {
          return refused(session, stage, hook, reason, new Refusal(reply, false));
        }
        case Verdict.Permanent(SmtpReply reply, String reason) -> {
          return refused(session, stage, hook, reason, new Refusal(reply, false));
        }
        case Verdict.Disconnect(SmtpReply reply, String reason) -> {
          return refused(session, stage, hook, reason, new Refusal(reply, true));
        }
      }
    }
    return Optional.empty();
  }

  /** Asks, and replies a refusal to the session. @return whether there was none */
  boolean pass(Session session, String stage, Function<SmtpHook, Verdict> question)
      throws ConnectionEnd {
    Optional<Refusal> refusal = ask(session, stage, question);
    if (refusal.isPresent()) {
      if (refusal.get().disconnect()) {
        session.end(refusal.get().reply());
      } else {
        session.reply(refusal.get().reply());
      }
    }
    return refusal.isEmpty();
  }

  /** Tells every hook that the session is over; one that fails doesn't keep the others from hearing it. */
  void quit(Session session) {
    for (SmtpHook hook : hooks) {
      try {
        bounded(session, "quit", hook, it -> {
          it.onQuit(session);
          return Verdict.decline();
        });
      } catch (RuntimeException e) {
        log.error("{}: hook {} failed at quit", session, hook.name(), e);
      }
    }
  }

  private static Optional<Refusal> refused(
      Session session, String stage, SmtpHook hook, String reason, Refusal refusal) {
    log.info("{}: {} refuses at {}: {}: {}", session, hook.name(), stage, refusal.reply(), reason);
    return Optional.of(refusal);
  }

  private Verdict bounded(
      Session session, String stage, SmtpHook hook, Function<SmtpHook, Verdict> question) {
    FutureTask<Verdict> task = new FutureTask<>(() -> question.apply(hook));
    Thread.ofVirtual().name("hook-" + hook.name()).start(task);
    try {
      return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      log.warn(
          "{}: hook {} took more than {} at {}, going on without it",
          session,
          hook.name(),
          timeout,
          stage);
      return Verdict.decline();
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      return Verdict.decline();
    } catch (ExecutionException e) {
      throw new IllegalStateException("hook " + hook.name() + " failed at " + stage, e.getCause());
    }
  }
}
