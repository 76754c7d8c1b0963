package org.mansio.mailets.antispam;

import java.util.HashMap;
import java.util.Map;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.Verdict;
import org.mansio.spi.testkit.FakeServices;

/** A hook with the settings of a test, in front of services in memory. */
public final class TestHook {
  public final FakeServices services;
  private final SmtpHookFactory factory;
  private final Map<String, String> settings = new HashMap<>();

  public TestHook(SmtpHookFactory factory) {
    this(factory, new FakeServices());
  }

  public TestHook(SmtpHookFactory factory, FakeServices services) {
    this.factory = factory;
    this.services = services;
  }

  public TestHook set(String name, String value) {
    settings.put(name, value);
    return this;
  }

  public SmtpHook create() throws InvalidSettingException {
    return factory.create(Settings.ofTexts(factory.settings(), settings), services);
  }

  public SmtpHook make() {
    try {
      return create();
    } catch (InvalidSettingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public static Verdict rcpt(SmtpHook hook, SmtpSession session, String recipient) {
    return hook.onRcpt(session, Recipient.of(recipient));
  }

  /** The reply of a refusal and the reason of any verdict; empty for none. */
  public static String told(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Decline() -> "";
      case Verdict.Accept(var reason) -> "accept " + reason;
      case Verdict.Changed changed -> "changed " + changed.reason();
      case Verdict.Delay(var by, var reason) -> "delay " + by.toMillis() + " " + reason;
      case Verdict.Discard(var reason) -> "discard " + reason;
      case Verdict.Temporary(var reply, var reason) -> reply + " | " + reason;
      case Verdict.Permanent(var reply, var reason) -> reply + " | " + reason;
      case Verdict.Disconnect(var reply, var reason) -> "end " + reply + " | " + reason;
    };
  }
}
