package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.HookUse;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;

/** What a hook hears of a session, and when. */
class HookStagesTest {
  /** Notes every stage, and refuses at one of them. */
  private static final class Notes implements SmtpHook {
    private final List<String> stages = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final String refusing;

    Notes(String refusing) {
      this.refusing = refusing;
    }

    private Verdict note(String stage) {
      stages.add(stage);
      return stage.equals(refusing)
          ? new Verdict.Permanent(SmtpReply.of(550, "5.7.1", "No"), "as the test says")
          : Verdict.decline();
    }

    List<String> untilTheEnd() throws InterruptedException {
      assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
      return stages;
    }

    @Override
    public String name() {
      return "Notes";
    }

    @Override
    public Optional<Duration> timeout() {
      return Optional.of(Duration.ofMinutes(1));
    }

    @Override
    public Verdict onHelo(SmtpSession session, String name) {
      return note("helo");
    }

    @Override
    public Verdict onMail(SmtpSession session) {
      return note("mail");
    }

    @Override
    public Verdict onRcpt(SmtpSession session, Recipient recipient) {
      return note("rcpt");
    }

    @Override
    public Verdict onDataStart(SmtpSession session) {
      return note(
          "data start " + session.transaction().orElseThrow().recipients().size());
    }

    @Override
    public Verdict onData(SmtpSession session, SpooledMail mail) {
      return note("data");
    }

    @Override
    public Verdict onUnknown(SmtpSession session, String line) {
      return note("unknown " + line);
    }

    @Override
    public void onReset(SmtpSession session) {
      note("reset");
    }

    @Override
    public void onQuit(SmtpSession session) {
      note("quit");
      over.countDown();
    }
  }

  private static List<String> stages(Notes notes, String... commands)
      throws IOException, InterruptedException {
    try (TestListener listener = new TestListener("smtp").hook(notes).start();
        Client client = listener.client()) {
      for (String command : commands) {
        client.ask(command);
      }
      client.ask("QUIT");
      return notes.untilTheEnd();
    }
  }

  private static final String[] MESSAGE = {
    "EHLO client.example", "MAIL FROM:<x@example.net>", "RCPT TO:<alice@example.org>", "DATA", "."
  };

  @Test
  void areToldInOrder() throws Exception {
    assertThat(stages(new Notes(""), MESSAGE))
        .containsExactly("helo", "mail", "rcpt", "data start 1", "data", "reset", "quit");
  }

  @Test
  void endTheTransactionWhateverEndsIt() throws Exception {
    assertThat(stages(
            new Notes(""),
            "EHLO client.example",
            "RSET",
            "MAIL FROM:<x@example.net>",
            "RSET",
            "MAIL FROM:<x@example.net>",
            "EHLO client.example"))
        .containsExactly("helo", "mail", "reset", "mail", "reset", "helo", "quit");
    assertThat(stages(new Notes("mail"), "EHLO client.example", "MAIL FROM:<x@example.net>"))
        .containsExactly("helo", "mail", "reset", "quit");
  }

  @Test
  void letAHookRefuseBeforeTheMessageComes() throws Exception {
    Notes notes = new Notes("data start 1");
    try (TestListener listener = new TestListener("smtp").hook(notes).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      client.ask("RCPT TO:<alice@example.org>");
      assertThat(client.ask("DATA")).isEqualTo("550 5.7.1 No");
      assertThat(client.ask("DATA")).startsWith("503");
    }
    assertThat(notes.untilTheEnd()).endsWith("data start 1", "reset", "quit");
  }

  @Test
  void letAHookAnswerUnknownCommands() throws Exception {
    Notes notes = new Notes("unknown XYZZY a b");
    try (TestListener listener = new TestListener("smtp").hook(notes).start();
        Client client = listener.client()) {
      assertThat(client.ask("XYZZY a b")).isEqualTo("550 5.7.1 No");
      assertThat(client.ask("PLUGH")).startsWith("500");
    }
  }

  @Test
  void whatALateHookSaysIsNotOfTheNextMail() throws Exception {
    CountDownLatch nextBegun = new CountDownLatch(1);
    CountDownLatch said = new CountDownLatch(1);
    SmtpHook late = new SmtpHook() {
      @Override
      public String name() {
        return "late";
      }

      @Override
      public Verdict onMail(SmtpSession session) {
        if (session.transaction().orElseThrow().reversePath().contains("first")) {
          ScriptedHook.awaitUninterruptibly(nextBegun);
          session.annotate("late.opinion", new AttributeValue.Text("of the first mail"));
          said.countDown();
        }
        return Verdict.decline();
      }
    };
    HookUse impatient = new HookUse(
        late,
        HookUse.Mode.ENFORCE,
        Optional.of(Duration.ofMillis(50)),
        HookUse.Fallback.ACCEPT,
        HookUse.Fallback.TEMPORARY);
    try (TestListener listener = new TestListener("smtp").hook(impatient).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      assertThat(client.ask("MAIL FROM:<first@example.net>")).startsWith("250");
      client.ask("RSET");
      assertThat(client.ask("MAIL FROM:<next@example.net>")).startsWith("250");
      nextBegun.countDown();
      said.await();
      client.ask("RCPT TO:<alice@example.org>");
      client.ask("DATA");
      assertThat(client.ask("Subject: next\r\n\r\n.")).startsWith("250");
      assertThat(listener.services.queue.mails().getFirst().attributes().values())
          .doesNotContainKey("late.opinion");
    }
  }

  @Test
  void theNameThatAProxySaysIsJudgedLikeTheClientsOwn() throws IOException {
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "names";
      }

      @Override
      public Verdict onHelo(SmtpSession session, String name) {
        return name.equals("bad") && session.remote().getPort() == 99
            ? new Verdict.Permanent(SmtpReply.of(550, "5.7.1", "Not by that name"), "bad")
            : Verdict.decline();
      }
    };
    try (TestListener listener = new TestListener("smtp")
            .hook(hook)
            .set("xclientNetworks", "127.0.0.1")
            .start();
        Client client = listener.client()) {
      client.ask("EHLO bad");
      assertThat(client.ask("XCLIENT ADDR=192.0.2.1 PORT=99 HELO=bad PROTO=ESMTP"))
          .isEqualTo("550 5.7.1 Not by that name");
      assertThat(client.ask("MAIL FROM:<x@example.net>")).startsWith("503 5.5.1");
      assertThat(client.ask("XCLIENT HELO=good PROTO=ESMTP")).startsWith("220 ");
      assertThat(client.ask("MAIL FROM:<x@example.net> SIZE=1")).startsWith("250 2.1.0");
    }
  }
}
