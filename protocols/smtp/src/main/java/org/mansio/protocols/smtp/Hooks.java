package org.mansio.protocols.smtp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.mansio.protocols.core.ConnectionEnd;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.HookUse;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The hooks of a listener in their order: each bounded by a time-out, followed or only noted, and noted on the mail in
 * either case. Thread-safe.
 */
final class Hooks {
  private static final Logger log = LoggerFactory.getLogger(Hooks.class);
  private static final String DATA = "data";

  /** RFC 5321 §4.5.3.2 lets clients wait for 5 minutes; several hooks may delay one answer. */
  private static final Duration MAX_DELAY = Duration.ofMinutes(1);

  private final List<HookUse> hooks;
  private final Duration timeout;

  /** @param timeout of hooks that have none of their own */
  Hooks(List<HookUse> hooks, Duration timeout) {
    this.hooks = List.copyOf(hooks);
    this.timeout = timeout;
  }

  /** What one hook is asked of a session. */
  @FunctionalInterface
  interface Question {
    /** @param session all that the hook may keep of it is over with the answer */
    Verdict put(SmtpHook hook, SmtpSession session);
  }

  /** A refusal. @param disconnect whether the session ends with it */
  record Refusal(SmtpReply reply, boolean disconnect) {
    void tell(Session session) throws ConnectionEnd {
      if (disconnect) {
        session.end(reply);
      } else {
        session.reply(reply);
      }
    }
  }

  /** What is to become of a mail; to be closed once it has. */
  sealed interface Judgement extends AutoCloseable {
    @Override
    default void close() {}

    /**
     * It is to be taken.
     *
     * @param mail as hooks have changed it
     * @param writers of content that hooks have written
     */
    record Passed(SpooledMail mail, List<ContentWriter> writers) implements Judgement {
      @Override
      public void close() {
        writers.forEach(ContentWriter::close);
      }
    }

    /** It isn't taken. */
    record Refused(Refusal refusal) implements Judgement {}

    /** It is answered as if it were taken. */
    record Discarded(String reason) implements Judgement {}
  }

  /**
   * Asks each hook until one has an opinion. Where the mail is to be dropped anyway, none is asked.
   *
   * @param stage for log and trace, such as {@code rcpt}
   */
  Optional<Refusal> ask(Session session, String stage, Question question) {
    if (session.trail().discarded().isPresent()) {
      return Optional.empty();
    }
    for (HookUse use : hooks) {
      switch (verdict(session, stage, use, question)) {
        case Verdict.Decline() -> {}
        case Verdict.Delay(Duration by, String ignored) -> delay(session, by);
        case Verdict.Changed changed -> {
          log.warn(
              "{}: hook {} has no mail to change at {}", session, use.hook().name(), stage);
          HookCall.letGo(changed);
        }
        case Verdict.Accept ignored -> {
          return Optional.empty();
        }
        case Verdict.Discard(String reason) -> {
          session.trail().discard(session.inTransaction(), by(use, reason));
          return Optional.empty();
        }
        case Verdict.Temporary(SmtpReply reply, String ignored) -> {
          return Optional.of(new Refusal(reply, false));
        }
        case Verdict.Permanent(SmtpReply reply, String ignored) -> {
          return Optional.of(new Refusal(reply, false));
        }
        case Verdict.Disconnect(SmtpReply reply, String ignored) -> {
          return Optional.of(new Refusal(reply, true));
        }
      }
    }
    return Optional.empty();
  }

  /** Asks, and replies a refusal to the session. @return whether there was none */
  boolean pass(Session session, String stage, Question question) throws ConnectionEnd {
    Optional<Refusal> refusal = ask(session, stage, question);
    if (refusal.isPresent()) {
      refusal.get().tell(session);
    }
    return refusal.isEmpty();
  }

  /**
   * Tells the hooks of a recipient that is refused whatever they say.
   *
   * @return what to answer: {@code reply}, unless a hook ends the session
   */
  Refusal refused(Session session, MailAddress recipient, SmtpReply reply) {
    Optional<Refusal> worse = ask(session, "refused rcpt " + recipient, (hook, seen) -> {
      Verdict verdict = hook.onRefusedRcpt(seen, recipient, reply);
      return verdict instanceof Verdict.Delay
              || verdict instanceof Verdict.Discard
              || verdict instanceof Verdict.Disconnect
          ? verdict
          : Verdict.decline();
    });
    // Not that of a hook that failed: it would make an answer for good one for now.
    return worse.filter(Refusal::disconnect).orElse(new Refusal(reply, false));
  }

  /** Asks about a complete mail; each hook sees what those before it have made of it. */
  Judgement judge(Session session, SpooledMail arrived) {
    Optional<String> discarded = session.trail().discarded();
    if (discarded.isPresent()) {
      return new Judgement.Discarded(discarded.get());
    }
    MailUnderReview review = new MailUnderReview(arrived, session.annotations());
    for (HookUse use : hooks) {
      SpooledMail mail = review.mail();
      switch (verdict(session, DATA, use, (hook, seen) -> hook.onData(seen, mail))) {
        case Verdict.Decline() -> {}
        case Verdict.Delay(Duration by, String ignored) -> delay(session, by);
        case Verdict.Changed changed -> review.change(changed);
        case Verdict.Accept ignored -> {
          return review.passed(session.annotations());
        }
        case Verdict.Discard(String reason) -> {
          return review.end(new Judgement.Discarded(by(use, reason)));
        }
        case Verdict.Temporary(SmtpReply reply, String ignored) -> {
          return review.end(new Judgement.Refused(new Refusal(reply, false)));
        }
        case Verdict.Permanent(SmtpReply reply, String ignored) -> {
          return review.end(new Judgement.Refused(new Refusal(reply, false)));
        }
        case Verdict.Disconnect(SmtpReply reply, String ignored) -> {
          return review.end(new Judgement.Refused(new Refusal(reply, true)));
        }
      }
      if (review.mail().envelope().recipients().isEmpty()) {
        return review.end(new Judgement.Discarded(by(use, "took all recipients away")));
      }
    }
    return review.passed(session.annotations());
  }

  /** A mail on its way past the hooks. */
  private static final class MailUnderReview {
    private final Attributes known;
    private final List<ContentWriter> writers = new ArrayList<>();
    private SpooledMail mail;

    /** @param known what the session had said of the mail before */
    MailUnderReview(SpooledMail mail, Attributes known) {
      this.mail = mail;
      this.known = known;
    }

    SpooledMail mail() {
      return mail;
    }

    void change(Verdict.Changed changed) {
      changed.writer().ifPresent(writers::add);
      mail = changed.mail().withId(mail.id());
    }

    /** What hooks said of it meanwhile comes along. */
    Judgement passed(Attributes now) {
      Attributes attributes = mail.attributes();
      for (Map.Entry<String, AttributeValue> entry : now.values().entrySet()) {
        if (!known.get(entry.getKey()).equals(Optional.of(entry.getValue()))) {
          attributes = attributes.with(entry.getKey(), entry.getValue());
        }
      }
      return new Judgement.Passed(mail.withAttributes(attributes), List.copyOf(writers));
    }

    Judgement end(Judgement judgement) {
      writers.forEach(ContentWriter::close);
      return judgement;
    }
  }

  /** Ends the transaction, if there is one, and tells every hook. */
  void reset(Session session) {
    if (session.inTransaction()) {
      session.resetTransaction();
      tell(session, "reset", SmtpHook::onReset);
    }
  }

  /** Tells every hook that the session is over. */
  void quit(Session session) {
    tell(session, "quit", SmtpHook::onQuit);
  }

  /** One that fails doesn't keep the others from hearing it. */
  private void tell(Session session, String stage, BiConsumer<SmtpHook, SmtpSession> news) {
    for (HookUse use : hooks) {
      HookCall.Answer answer = put(session, use, (hook, seen) -> {
        news.accept(hook, seen);
        return Verdict.decline();
      });
      if (answer instanceof HookCall.Answer.Failed(Throwable cause)) {
        log.error("{}: hook {} failed at {}", session, use.hook().name(), stage, cause);
      }
    }
  }

  private HookCall.Answer put(Session session, HookUse use, Question question) {
    try (HookedSession seen = new HookedSession(session)) {
      return HookCall.put(use.hook(), timeout(use), hook -> question.put(hook, seen));
    }
  }

  /** The verdict to follow: noted, and none where hooks are only to warn. */
  private Verdict verdict(Session session, String stage, HookUse use, Question question) {
    String name = use.hook().name();
    Verdict verdict = switch (put(session, use, question)) {
      case HookCall.Answer.Given(Verdict given) -> given;
      case HookCall.Answer.Abandoned() -> Verdict.decline();
      case HookCall.Answer.Late() -> {
        log.warn("{}: hook {} took more than {} at {}", session, name, timeout(use), stage);
        yield fallback(session, use.onTimeout(), use, stage + ": took too long");
      }
      case HookCall.Answer.Failed(Throwable cause) -> {
        log.error("{}: hook {} failed at {}", session, name, stage, cause);
        yield fallback(session, use.onFailure(), use, stage + ": failed");
      }
    };
    boolean followed = use.mode() == HookUse.Mode.ENFORCE;
    Optional<String> said = HookWords.of(verdict, followed);
    if (said.isPresent()) {
      // Those who are welcome are many, and nothing changes for them.
      log.atLevel(verdict instanceof Verdict.Accept && followed ? Level.DEBUG : Level.INFO)
          .log("{}: hook {} at {} {}", session, name, stage, said.get());
      String remark = "at " + stage + " " + said.get();
      session.trail().add(session.inTransaction(), name, remark);
      // What is refused leaves no mark: of the mail's other recipients it says nothing.
      if (!followed || !HookWords.isRefusal(verdict)) {
        mark(session, name, remark);
      }
    }
    if (followed) {
      return verdict;
    }
    HookCall.letGo(verdict);
    return Verdict.decline();
  }

  private static Verdict fallback(
      Session session, HookUse.Fallback fallback, HookUse use, String what) {
    return switch (fallback) {
      case ACCEPT -> {
        String remark = "at " + what + ", gone on without it";
        session.trail().add(session.inTransaction(), use.hook().name(), remark);
        mark(session, use.hook().name(), remark);
        yield Verdict.decline();
      }
      case TEMPORARY -> new Verdict.Temporary(Replies.LOCAL_ERROR, "the hook " + what);
    };
  }

  private static void delay(Session session, Duration by) {
    session.connection().pause(by.compareTo(MAX_DELAY) < 0 ? by : MAX_DELAY);
  }

  private static void mark(Session session, String hook, String remark) {
    session.annotate(SmtpHook.MARK + hook, new AttributeValue.Text(remark));
  }

  private Duration timeout(HookUse use) {
    return use.timeout().or(use.hook()::timeout).orElse(timeout);
  }

  private static String by(HookUse use, String reason) {
    return use.hook().name() + ": " + reason;
  }
}
