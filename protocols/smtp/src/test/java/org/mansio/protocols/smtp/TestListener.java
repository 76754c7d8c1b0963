package org.mansio.protocols.smtp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mansio.protocols.sasl.SaslPlugin;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.HookUse;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.testkit.FakeServices;

/** A real listener on loopback in front of services in memory: {@code example.org} with alice, bob and aliases. */
final class TestListener implements AutoCloseable {
  final FakeServices services = new FakeServices();
  final TestTls tls;
  private final String protocol;
  private final Map<String, String> settings = new HashMap<>();
  private final List<HookUse> hooks = new ArrayList<>();
  private final List<SmtpExtension> extensions = new ArrayList<>();
  private Listener listener;

  TestListener(String protocol) {
    this.protocol = protocol;
    try {
      tls = new TestTls();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    services.setTls(tls);
    services.directory.with("alice@example.org", "bob@example.org");
    services.directory.with("jürgen@example.org", "eva@xn--bcher-kva.example");
    services.directory.alias(Alias.Kind.ADDRESS, "sales@example.org", "bob@example.org");
    services.directory.alias(Alias.Kind.ADDRESS, "ally@example.org", "alice@example.org");
    services.directory.alias(Alias.Kind.ADDRESS, "juergen@example.org", "jürgen@example.org");
    services.directory.alias(Alias.Kind.GROUP, "all@example.org", "alice@example.org");
    services.directory.alias(Alias.Kind.GROUP, "all@example.org", "bob@example.org");
    services.directory.alias(Alias.Kind.ADDRESS, "everybody@example.org", "all@example.org");
    services.directory.alias(Alias.Kind.FORWARD, "bob@example.org", "alice@example.org");
    services.directory.alias(Alias.Kind.FORWARD, "forwarded@example.org", "alice@example.org");
    settings.put("port", "auto");
    settings.put("bind", "127.0.0.1");
    settings.put("mechanisms", "PLAIN, LOGIN");
  }

  TestListener set(String name, String value) {
    settings.put(name, value);
    return this;
  }

  TestListener hook(SmtpHook hook) {
    return hook(HookUse.of(hook));
  }

  TestListener hook(HookUse use) {
    hooks.add(use);
    return this;
  }

  TestListener extension(SmtpExtension extension) {
    extensions.add(extension);
    return this;
  }

  Listener create() throws InvalidSettingException {
    ListenerFactory factory = new SmtpPlugin()
        .listeners().stream()
            .filter(f -> f.protocol().equals(protocol))
            .findFirst()
            .orElseThrow();
    ListenerFactory.Context context =
        new ListenerFactory.Context(services, extensions, hooks, mechanisms());
    return factory.create("test", Settings.ofTexts(factory.settings(), settings), context);
  }

  /** All that can do without settings, strongest first; {@code mechanisms} chooses. */
  private List<SaslMechanism> mechanisms() throws InvalidSettingException {
    List<SaslMechanism> mechanisms = new ArrayList<>();
    for (SaslMechanismFactory factory : new SaslPlugin().saslMechanisms()) {
      boolean needsSettings = factory.settings().settings().stream().anyMatch(Setting::required);
      if (!needsSettings) {
        mechanisms.add(factory.create(Settings.ofTexts(factory.settings(), Map.of()), services));
      }
    }
    mechanisms.sort(Comparator.comparing(SaslMechanism::strength).reversed());
    return mechanisms;
  }

  TestListener start() {
    try {
      listener = create();
      listener.start();
    } catch (InvalidSettingException | IOException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  InetSocketAddress address() {
    return listener.addresses().getFirst();
  }

  Listener listener() {
    return listener;
  }

  /** A client that has read the greeting. */
  Client client() throws IOException {
    Client client = new Client(address());
    client.reply();
    return client;
  }

  @Override
  public void close() {
    listener.stop(Duration.ZERO);
  }
}
