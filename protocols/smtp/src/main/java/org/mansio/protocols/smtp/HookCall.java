package org.mansio.protocols.smtp;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.Verdict;

/** One question to one hook, on a thread of its own: a hook that hangs keeps that thread, and not the session. */
final class HookCall {
  private HookCall() {}

  /** What came of it. */
  sealed interface Answer {
    record Given(Verdict verdict) implements Answer {}

    /** It took too long, and was interrupted. */
    record Late() implements Answer {}

    record Failed(Throwable cause) implements Answer {}

    /** The session itself was interrupted. */
    record Abandoned() implements Answer {}
  }

  static Answer put(SmtpHook hook, Duration timeout, Function<SmtpHook, Verdict> question) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual().name("hook-" + hook.name()).start(() -> answer(hook, question, verdict));
    try {
      return new Answer.Given(verdict.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      return new Answer.Failed(Objects.requireNonNullElse(e.getCause(), e));
    } catch (TimeoutException e) {
      giveUp(thread, verdict);
      return new Answer.Late();
    } catch (InterruptedException e) {
      giveUp(thread, verdict);
      Thread.currentThread().interrupt();
      return new Answer.Abandoned();
    }
  }

  private static void answer(
      SmtpHook hook, Function<SmtpHook, Verdict> question, CompletableFuture<Verdict> verdict) {
    try {
      Verdict given = Objects.requireNonNull(question.apply(hook), "the hook gave no verdict");
      if (!verdict.complete(given)) {
        letGo(given);
      }
    } catch (Throwable e) {
      // Whatever it is, the session must hear of it.
      verdict.completeExceptionally(e);
    }
  }

  private static void giveUp(Thread thread, CompletableFuture<Verdict> verdict) {
    if (verdict.cancel(false)) {
      thread.interrupt();
    } else if (!verdict.isCompletedExceptionally()) {
      // It came at the last moment.
      letGo(verdict.join());
    }
  }

  /** Frees what a verdict that isn't followed holds. */
  static void letGo(Verdict verdict) {
    if (verdict instanceof Verdict.Changed changed) {
      changed.writer().ifPresent(ContentWriter::close);
    }
  }
}
