package org.mansio.mailets.standard;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeMail;
import org.mansio.spi.testkit.FakeServices;

/** Mailets and matchers as a chain has them: by name, with texts for settings. */
public final class Chain {
  private static final StandardPlugin PLUGIN = new StandardPlugin();

  public final FakeServices services = new FakeServices();

  public static MailetFactory mailetFactory(String name) {
    return PLUGIN.mailets().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  public static MatcherFactory matcherFactory(String name) {
    return PLUGIN.matchers().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  public Mailet mailet(String name, Map<String, String> settings) throws InvalidSettingException {
    MailetFactory factory = mailetFactory(name);
    return factory.create(Settings.ofTexts(factory.settings(), settings), services);
  }

  public Outcome run(Mail mail, String name, Map<String, String> settings) throws Exception {
    return mailet(name, settings).service(mail);
  }

  public Outcome run(Mail mail, String name) throws Exception {
    return run(mail, name, Map.of());
  }

  /** The picked recipients' addresses. */
  public List<String> match(FakeMail mail, String name, String condition) throws Exception {
    Collection<Recipient> picked =
        matcherFactory(name).create(condition, services).match(mail);
    return picked.stream().map(Recipient::toString).toList();
  }

  /** Whether the matcher picked every recipient; fails when it picked only some. */
  public boolean matches(FakeMail mail, String name, String condition) throws Exception {
    List<String> picked = match(mail, name, condition);
    if (!picked.isEmpty() && picked.size() != mail.recipients().size()) {
      throw new AssertionError("picked only " + picked);
    }
    return !picked.isEmpty();
  }
}
