package org.mansio.protocols.ondemand;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mansio.protocols.sasl.SaslPlugin;
import org.mansio.protocols.smtp.Client;
import org.mansio.protocols.smtp.SmtpPlugin;
import org.mansio.protocols.smtp.TestTls;
import org.mansio.protocols.smtpclient.SmtpClientPlugin;
import org.mansio.spi.admin.AdminBean;
import org.mansio.spi.background.BackgroundServiceFactory;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.OutboundSmtp;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpExtensionFactory;
import org.mansio.spi.testkit.FakeServices;

/** A server in memory with real listeners and a real SMTP client on loopback, and this plugin in it. */
final class TestServer implements AutoCloseable {
  final FakeServices services = new FakeServices();
  final TestTls tls;
  private final OnDemandPlugin plugin = new OnDemandPlugin();
  private final Map<String, List<String>> settings = new TreeMap<>();
  private final Map<String, Listener> listeners = new TreeMap<>();

  TestServer() {
    try {
      tls = new TestTls();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    services.setTls(tls);
    services.setOutboundSmtp(outbound());
  }

  private OutboundSmtp outbound() {
    return new SmtpClientPlugin()
        .outboundSmtp()
        .getFirst()
        .create(services.environment(), services.dns());
  }

  /** A setting of the extension. */
  TestServer set(String name, String... values) {
    settings.put(name, List.of(values));
    return this;
  }

  /** A listener of that protocol, by its protocol's name; with settings as name, value, name, value. */
  TestServer listen(String protocol, String... more) {
    try {
      ListenerFactory factory = new SmtpPlugin()
          .listeners().stream()
              .filter(f -> f.protocol().equals(protocol))
              .findFirst()
              .orElseThrow();
      Map<String, String> texts = new TreeMap<>(Map.of("port", "auto", "bind", "127.0.0.1"));
      for (int i = 0; i < more.length; i += 2) {
        texts.put(more[i], more[i + 1]);
      }
      ListenerFactory.Context context =
          new ListenerFactory.Context(services, extensions(), List.of(), mechanisms());
      Listener listener =
          factory.create(protocol, Settings.ofTexts(factory.settings(), texts), context);
      listener.start();
      listeners.put(protocol, listener);
      services.addListener(listener);
      return this;
    } catch (InvalidSettingException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  List<SmtpExtension> extensions() throws InvalidSettingException {
    SmtpExtensionFactory factory = plugin.smtpExtensions().getFirst();
    return factory.create(Settings.of(factory.settings(), settings), services);
  }

  private List<SaslMechanism> mechanisms() throws InvalidSettingException {
    List<SaslMechanism> mechanisms = new ArrayList<>();
    for (SaslMechanismFactory factory : new SaslPlugin().saslMechanisms()) {
      if (List.of("PLAIN", "CRAM-MD5").contains(factory.name())
          && factory.settings().settings().stream().noneMatch(Setting::required)) {
        mechanisms.add(factory.create(Settings.ofTexts(factory.settings(), Map.of()), services));
      }
    }
    return mechanisms;
  }

  BackgroundServiceFactory remoteQueueStart() {
    return plugin.backgroundServices().getFirst();
  }

  OnDemandMXBean bean() {
    AdminBean bean = plugin.adminBeans(services).getFirst();
    return (OnDemandMXBean) bean.bean();
  }

  OnDemandPlugin plugin() {
    return plugin;
  }

  InetSocketAddress address(String protocol) {
    return listeners.get(protocol).addresses().getFirst();
  }

  /** A client that has read the greeting and said EHLO. */
  Client client(String protocol) throws IOException {
    Client client = new Client(address(protocol));
    client.reply();
    client.ask("EHLO client.example");
    return client;
  }

  /** Mail that waits for these recipients. */
  TestServer waiting(String... recipients) {
    for (String recipient : recipients) {
      Content content = Content.of(
          ("Subject: for " + recipient + "\r\n\r\nHello\r\n").getBytes(StandardCharsets.US_ASCII));
      try {
        services.queue.enqueue(SpooledMail.arriving(
            Envelope.of("sender@example.com", recipient), content, Origin.local()));
      } catch (QueueException e) {
        throw new IllegalStateException(e);
      }
    }
    return this;
  }

  /** The addresses that mail rests for, in order. */
  List<String> resting() {
    return services.queue.mails().stream()
        .flatMap(mail -> mail.envelope().recipients().stream())
        .map(recipient -> recipient.address().toString())
        .toList();
  }

  @Override
  public void close() {
    listeners.values().forEach(listener -> listener.stop(Duration.ZERO));
    services.outboundSmtp().close();
  }
}
