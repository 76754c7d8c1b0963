package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.trace.TraceEvent;

/** What hooks hear of a connection, and what they say of it. */
class HookSessionTest {
  private static final SmtpReply NO = SmtpReply.of(550, "5.7.1", "No");

  private static List<TraceEvent> notes(TestListener listener) {
    return listener.services.trace.events().stream()
        .filter(event -> event.kind() == TraceEvent.Kind.NOTE)
        .toList();
  }

  @Test
  void aDiscardAtConnectHoldsForTheSession() throws IOException {
    ScriptedHook hook = new ScriptedHook("quiet");
    hook.atConnect = new Verdict.Discard("bad network");
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      assertThat(client.sendMail()).startsWith("250");
      assertThat(client.sendMail()).startsWith("250");
      assertThat(listener.services.queue.mails()).isEmpty();
      assertThat(hook.asked).containsExactly("connect");
    }
  }

  @Test
  void aFailureAtConnectTurnsTheClientAway() throws IOException {
    ScriptedHook hook = new ScriptedHook("broken");
    hook.atConnect = new Verdict.Permanent(NO, "not you");
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = new Client(listener.address())) {
      assertThat(client.reply()).isEqualTo("554 5.7.1 No");
      assertThat(client.line()).isNull();
    }
  }

  @Test
  void hooksHearOfRefusedRecipientsAndCanEndTheSession() throws IOException {
    ScriptedHook hook = new ScriptedHook("counting");
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("MAIL FROM:<x@example.net>");
      hook.atRefusedRcpt = Verdict.accept("can't make it better");
      assertThat(client.ask("RCPT TO:<nobody@example.org>")).startsWith("550 5.1.1");
      hook.atRefusedRcpt = new Verdict.Disconnect(SmtpReply.of(421, "4.7.1", "Enough"), "too many");
      assertThat(client.ask("RCPT TO:<nobody2@example.org>")).isEqualTo("421 4.7.1 Enough");
      assertThat(client.line()).isNull();
      assertThat(hook.asked)
          .containsSubsequence("refused nobody@example.org", "refused nobody2@example.org");
    }
  }

  @Test
  void aDelayHoldsTheAnswerBackAndAStopCutsItShort() throws Exception {
    ScriptedHook hook = new ScriptedHook("slow");
    ScriptedHook next = new ScriptedHook("next");
    hook.atHelo = new Verdict.Delay(Duration.ofSeconds(50), "errors");
    try (TestListener listener = new TestListener("smtp").hook(hook).hook(next).start();
        Client client = listener.client()) {
      client.send("HELO client.example\r\n");
      await().until(() -> hook.asked.contains("helo"));
      assertThat(client.available()).isZero();
      assertThat(next.asked).doesNotContain("helo");
      listener.listener().stop(Duration.ofSeconds(20));
      assertThat(client.reply()).startsWith("250");
      assertThat(next.asked).contains("helo");
    }
  }

  @Test
  void aHookHearsAClientThatSpeaksBeforeTheGreeting() throws IOException {
    List<Boolean> early = new ArrayList<>();
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "pause";
      }

      @Override
      public Verdict onConnect(SmtpSession session) {
        early.add(session.hasSpokenEarly(Duration.ofSeconds(20)));
        return Verdict.decline();
      }

      @Override
      public Verdict onHelo(SmtpSession session, String name) {
        early.add(session.hasSpokenEarly(Duration.ZERO));
        return Verdict.decline();
      }
    };
    try (TestListener listener = new TestListener("smtp").hook(hook).start();
        Client client = new Client(listener.address())) {
      client.send("HELO client.example\r\n");
      assertThat(client.reply()).startsWith("220");
      assertThat(client.reply()).startsWith("250");
      assertThat(client.ask("HELO again.example")).startsWith("250");
      client.send("HELO again.example\r\nNOOP\r\n");
      assertThat(client.reply()).startsWith("250");
      assertThat(early).containsExactly(true, false, false, true);
    }
  }

  @Test
  void keepsWhatWasSaidOfTheConnectionAcrossStartTls() throws Exception {
    ScriptedHook sink = new ScriptedHook("sink");
    sink.atConnect = new Verdict.Discard("known for spam");
    try (TestListener listener = new TestListener("smtp").hook(sink).start();
        Client client = listener.client()) {
      client.ask("EHLO client.example");
      client.ask("STARTTLS");
      client.startTls(listener.tls.client());
      assertThat(client.sendMail()).startsWith("250");
      assertThat(listener.services.queue.mails()).isEmpty();
    }
  }

  @Test
  void marksMailUnderTlsWithWhatHooksWouldHaveDoneAtConnect() throws Exception {
    ScriptedHook gate = new ScriptedHook("gate");
    gate.atConnect = new Verdict.Permanent(NO, "listed");
    ScriptedHook names = new ScriptedHook("names");
    names.atHelo = new Verdict.Permanent(NO, "bad name");
    try (TestListener listener = new TestListener("smtp")
            .hook(ScriptedHook.warning(gate))
            .hook(ScriptedHook.warning(names))
            .start();
        Client client = listener.client()) {
      client.ask("EHLO first.example");
      names.atHelo = Verdict.decline();
      client.ask("STARTTLS");
      client.startTls(listener.tls.client());
      assertThat(client.sendMail()).startsWith("250");
      SpooledMail mail = listener.services.queue.mails().getFirst();
      assertThat(mail.attributes().get(SmtpHook.MARK + "gate")).isPresent();
      // RFC 3207 §4.2: of the name that came in the clear nothing is left.
      assertThat(mail.attributes().get(SmtpHook.MARK + "names")).isEmpty();
      assertThat(notes(listener)).hasSize(1);
    }
  }

  @Test
  void endsForHooksWhatWasTheProxysWhenItSpeaksForAnother() throws IOException {
    List<String> heard = new CopyOnWriteArrayList<>();
    SmtpHook hook = new SmtpHook() {
      @Override
      public String name() {
        return "counting";
      }

      @Override
      public Verdict onConnect(SmtpSession session) {
        heard.add("connect " + session.remote().getAddress().getHostAddress());
        return Verdict.decline();
      }

      @Override
      public void onQuit(SmtpSession session) {
        heard.add("quit " + session.remote().getAddress().getHostAddress());
      }
    };
    try (TestListener listener = new TestListener("smtp")
            .hook(hook)
            .set("xclientNetworks", "127.0.0.1")
            .start();
        Client client = listener.client()) {
      client.ask("XCLIENT ADDR=192.0.2.1");
      client.ask("QUIT");
      assertThat(client.line()).isNull();
      await()
          .untilAsserted(() -> assertThat(heard)
              .containsExactly(
                  "connect 127.0.0.1", "quit 127.0.0.1", "connect 192.0.2.1", "quit 192.0.2.1"));
    }
  }
}
