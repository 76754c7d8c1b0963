package org.mansio.protocols.smtp;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.HookUse;
import org.mansio.spi.smtp.HookUse.Fallback;
import org.mansio.spi.smtp.HookUse.Mode;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/** A hook whose answers are the test's; it declines what isn't set. */
final class ScriptedHook implements SmtpHook {
  private final String name;
  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile Verdict atConnect = Verdict.decline();
  volatile Verdict atHelo = Verdict.decline();
  volatile Verdict atMail = Verdict.decline();
  volatile Verdict atRcpt = Verdict.decline();
  volatile Verdict atRefusedRcpt = Verdict.decline();
  volatile Function<SpooledMail, Verdict> atData = mail -> Verdict.decline();

  ScriptedHook(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Verdict onConnect(SmtpSession session) {
    asked.add("connect");
    return atConnect;
  }

  @Override
  public Verdict onHelo(SmtpSession session, String helo) {
    asked.add("helo");
    return atHelo;
  }

  @Override
  public Verdict onMail(SmtpSession session) {
    asked.add("mail");
    return atMail;
  }

  @Override
  public Verdict onRcpt(SmtpSession session, Recipient recipient) {
    asked.add("rcpt " + recipient);
    return atRcpt;
  }

  @Override
  public Verdict onRefusedRcpt(SmtpSession session, MailAddress recipient, SmtpReply reply) {
    asked.add("refused " + recipient);
    return atRefusedRcpt;
  }

  @Override
  public Verdict onData(SmtpSession session, SpooledMail mail) {
    asked.add("data");
    return atData.apply(mail);
  }

  /** Its verdicts are only noted. */
  static HookUse warning(SmtpHook hook) {
    return new HookUse(hook, Mode.WARN, Optional.empty(), Fallback.ACCEPT, Fallback.TEMPORARY);
  }

  /** Its time is over soon. */
  static HookUse impatient(SmtpHook hook, Fallback onTimeout) {
    return new HookUse(
        hook, Mode.ENFORCE, Optional.of(Duration.ofMillis(500)), onTimeout, Fallback.TEMPORARY);
  }

  /** Waits as a hook does that doesn't care for interrupts, its time-out among them. */
  static void awaitUninterruptibly(CountDownLatch latch) {
    boolean open = false;
    while (!open) {
      try {
        latch.await();
        open = true;
      } catch (InterruptedException e) {
        // Its time is over, and it goes on.
        continue;
      }
    }
  }
}
