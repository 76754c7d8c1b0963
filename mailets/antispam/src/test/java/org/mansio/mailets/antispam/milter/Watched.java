package org.mansio.mailets.antispam.milter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.testkit.FakeSmtpSession;

/** A hook that shows a fake milter one session, as a listener would. */
final class Watched implements AutoCloseable {
  static final String MESSAGE = "Subject: s\r\nX-Folded: a\r\n\tb\r\nX-Empty:\r\n\r\nbody\r\n";

  final FakeServices services = new FakeServices();
  final FakeMilter milter;
  final MilterHook hook;
  FakeSmtpSession session = session("1");

  Watched(FakeMilter milter, String... settings) {
    this.milter = milter;
    this.hook = hook(milter.address(), services, settings);
  }

  static MilterHook hook(String address, FakeServices services, String... settings) {
    Map<String, String> texts = new HashMap<>(Map.of("address", address));
    for (int i = 0; i < settings.length; i += 2) {
      texts.put(settings[i], settings[i + 1]);
    }
    MilterHookFactory factory = new MilterHookFactory();
    try {
      return (MilterHook) factory.create(Settings.ofTexts(factory.settings(), texts), services);
    } catch (InvalidSettingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static FakeSmtpSession session(String id) {
    return new FakeSmtpSession(id, "192.0.2.7").helo("client.example");
  }

  Verdict connect() {
    return hook.onConnect(session);
  }

  Verdict helo() {
    return hook.onHelo(session, "client.example");
  }

  Verdict mail() {
    session.mail("from@example.net");
    return hook.onMail(session);
  }

  Verdict rcpt(String address) {
    return hook.onRcpt(session, Recipient.of(address));
  }

  Verdict dataStart() {
    return hook.onDataStart(session);
  }

  Verdict data() {
    return data(MESSAGE);
  }

  Verdict data(String message) {
    return hook.onData(session, arrived(message));
  }

  SpooledMail arrived(String message) {
    session.mail("from@example.net", "a@example.org", "b@example.org");
    SpooledMail mail = SpooledMail.arriving(
        session.transaction().orElseThrow(), Content.of(new byte[0]), Origin.local());
    String received = "Received: from client.example by mx.example.org id " + mail.id() + "\r\n";
    return mail.withContent(Content.of((received + message).getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** The whole of a session up to the message's end. */
  Verdict whole() {
    connect();
    helo();
    return message();
  }

  /** A message to two recipients. */
  Verdict message() {
    mail();
    rcpt("a@example.org");
    rcpt("b@example.org");
    dataStart();
    return data();
  }

  void quit() {
    hook.onQuit(session);
  }

  @Override
  public void close() {
    milter.close();
  }

  static SpooledMail changed(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Changed.class);
    return ((Verdict.Changed) verdict).mail();
  }

  static String text(SpooledMail mail) throws IOException {
    String text = new String(mail.content().bytes(1 << 24), StandardCharsets.ISO_8859_1);
    return text.replaceFirst("Received: from client.example by [^\r]*\r\n", "(own)");
  }

  static SmtpReply refused(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Permanent(SmtpReply reply, var reason) -> reply;
      case Verdict.Temporary(SmtpReply reply, var reason) -> reply;
      case Verdict.Disconnect(SmtpReply reply, var reason) -> reply;
      default -> throw new AssertionError("not a refusal: " + verdict);
    };
  }
}
