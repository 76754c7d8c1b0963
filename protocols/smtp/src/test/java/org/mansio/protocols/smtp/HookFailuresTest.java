package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.smtp.HookUse;
import org.mansio.spi.smtp.HookUse.Fallback;
import org.mansio.spi.smtp.HookUse.Mode;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/** Hooks that fail, or take longer than they may. */
class HookFailuresTest {
  private static final SmtpReply NO = SmtpReply.of(550, "5.7.1", "No");

  @Test
  void aLateHookIsGoneWithoutOrRefusesAsConfigured() throws IOException {
    for (Fallback fallback : Fallback.values()) {
      SmtpHook hook = new SmtpHook() {
        @Override
        public String name() {
          return "stuck";
        }

        @Override
        public Verdict onMail(SmtpSession session) {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new Verdict.Permanent(NO, "too late");
        }
      };
      try (TestListener listener = new TestListener("smtp")
              .hook(ScriptedHook.impatient(hook, fallback))
              .start();
          Client client = listener.client()) {
        client.ask("EHLO client.example");
        String reply = client.ask("MAIL FROM:<x@example.net>");
        assertThat(reply).startsWith(fallback == Fallback.ACCEPT ? "250" : "451 4.3.0");
      }
    }
  }

  @Test
  void whatAHookRemembersAfterItsTimeDoesNotReachTheSession() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    List<Set<String>> remembered = new CopyOnWriteArrayList<>();
    SmtpHook late = new SmtpHook() {
      @Override
      public String name() {
        return "late";
      }

      @Override
      public Verdict onMail(SmtpSession session) {
        Map<String, Object> attributes = session.attributes();
        ScriptedHook.awaitUninterruptibly(goOn);
        attributes.put("late", 2);
        attributes.remove("in-time");
        session.attributes().put("late-too", 3);
        over.countDown();
        return Verdict.decline();
      }
    };
    SmtpHook next = new SmtpHook() {
      @Override
      public String name() {
        return "next";
      }

      @Override
      public Verdict onHelo(SmtpSession session, String name) {
        session.attributes().put("in-time", 1);
        return Verdict.decline();
      }

      @Override
      public Verdict onRcpt(SmtpSession session, Recipient recipient) {
        remembered.add(Set.copyOf(session.attributes().keySet()));
        return Verdict.decline();
      }
    };
    try (TestListener listener = new TestListener("smtp")
            .hook(ScriptedHook.impatient(late, Fallback.ACCEPT))
            .hook(next)
            .start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      assertThat(client.ask("MAIL FROM:<x@example.net>")).startsWith("250");
      goOn.countDown();
      over.await();
      client.ask("RCPT TO:<bob@example.org>");
    }
    assertThat(remembered).containsExactly(Set.of("in-time"));
  }

  @Test
  void aFailingHookIsGoneWithoutOrRefusesAsConfigured() throws IOException {
    for (Fallback fallback : Fallback.values()) {
      ScriptedHook hook = new ScriptedHook("broken");
      hook.atData = mail -> {
        throw new IllegalStateException("broken on purpose");
      };
      HookUse use = new HookUse(hook, Mode.ENFORCE, Optional.empty(), Fallback.ACCEPT, fallback);
      try (TestListener listener = new TestListener("smtp").hook(use).start();
          Client client = listener.client()) {
        assertThat(client.sendMail()).startsWith(fallback == Fallback.ACCEPT ? "250" : "451 4.3.0");
        if (fallback == Fallback.ACCEPT) {
          assertThat(listener
                  .services
                  .queue
                  .mails()
                  .getFirst()
                  .attributes()
                  .text("mansio.hook.broken"))
              .contains("at data: failed, gone on without it");
        }
      }
    }
  }

  @Test
  void aHookThatFailsAtARefusedRecipientDoesntSoftenTheRefusal() throws IOException {
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "broken";
      }

      @Override
      public Verdict onRefusedRcpt(SmtpSession session, MailAddress recipient, SmtpReply reply) {
        throw new IllegalStateException("broken on purpose");
      }
    };
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      assertThat(client.ask("RCPT TO:<nobody@example.org>")).startsWith("550 5.1.1");
    }
  }
}
