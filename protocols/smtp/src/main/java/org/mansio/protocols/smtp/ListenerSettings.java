package org.mansio.protocols.smtp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.mansio.protocols.core.ConnectionSettings;
import org.mansio.protocols.core.ListenAddresses;
import org.mansio.protocols.core.ListenPort;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.smtp.SmtpService;

/** What can be set for a listener; the defaults of some settings differ between the services. */
final class ListenerSettings {
  static final Setting<InetAddress> BIND = ListenAddresses.BIND;

  static final Setting<Boolean> REQUIRE_TLS = Setting.flag(
          "requireTls",
          "Whether everything but the opening of TLS is refused (530) until TLS is there. On a port open to the whole"
              + " internet RFC 3207 forbids it.")
      .defaultsTo("false");

  static final Setting<Long> MAX_MESSAGE_SIZE = Setting.size(
          "maxMessageSize",
          "The largest message taken, announced as SIZE (RFC 1870). 0: no limit but that of the disk.")
      .defaultsTo("50M");

  // RFC 5321 §4.5.3.1.8: at least 100.
  static final Setting<Long> MAX_RECIPIENTS = Setting.number(
          "maxRecipients",
          "Recipients taken for one message; for more the client is told to come again (452).",
          100,
          50_000)
      .defaultsTo("1000");

  static final Setting<Long> MAX_CONNECTIONS = Setting.number(
          "maxConnections",
          "Connections at the same time; more are turned away (421).",
          1,
          1_000_000)
      .defaultsTo("10000");

  static final Setting<Long> MAX_CONNECTIONS_PER_ADDRESS = Setting.number(
          "maxConnectionsPerAddress",
          "Connections at the same time from one IPv4 address or one IPv6 /64; more are turned away (421).",
          1,
          1_000_000)
      .defaultsTo("200");

  static final Setting<Network> RELAY_NETWORKS = Setting.network(
          "relayNetworks",
          "Networks whose clients may send to any domain without logging in. Loopback isn't among them unless listed."
              + " LMTP never relays.")
      .repeated();

  // RFC 5321 §4.5.3.2.7: at least 5 minutes.
  static final Setting<Duration> TIMEOUT = Setting.duration(
          "timeout",
          "How long a client may take for a command, between two pieces of a message, or to take replies, before the"
              + " session ends (421).")
      .defaultsTo("5m");

  static final Setting<Duration> HANDSHAKE_TIMEOUT = Setting.duration(
          "handshakeTimeout", "How long a TLS handshake, or a PROXY header, may take.")
      .defaultsTo("1m");

  static final Setting<Duration> HOOK_TIMEOUT = Setting.duration(
          "hookTimeout",
          "How long one hook may think; then the server goes on as if it had no objection.")
      .defaultsTo("30s");

  static final Setting<Long> MAX_JUNK_COMMANDS = Setting.number(
          "maxJunkCommands",
          "Commands that do nothing for a mail (NOOP, VRFY, RSET, …) before the session ends (421); counted anew after"
              + " each mail.",
          1,
          1_000_000)
      .defaultsTo("100");

  static final Setting<Long> MAX_ERRORS = Setting.number(
          "maxErrors",
          "Commands answered by an error before the session ends (421); counted anew after each mail.",
          1,
          1_000_000)
      .defaultsTo("50");

  static final Setting<String> MECHANISMS = Setting.text(
          "mechanisms",
          "The SASL mechanisms that clients may log in by, out of those that <sasl> and the defaults give; the strongest is"
              + " offered first. Empty: all of them.")
      .repeated();

  static final Setting<Long> MAX_AUTH_FAILURES = Setting.number(
          "maxAuthFailures", "Failed attempts to log in before the session ends (421).", 1, 100)
      .defaultsTo("3");

  static final Setting<BareLineFeed> BARE_LINE_FEED = choice(
          "bareLineFeed",
          "What becomes of a message with a CR or LF that isn't part of a CR LF: reject refuses it (550); normalise makes"
              + " a bare LF a CR LF and a bare CR a space. Neither ever ends a message.",
          BareLineFeed.class)
      .defaultsTo("reject");

  static final Setting<Long> MAX_TEXT_LINE = Setting.size(
          "maxTextLine",
          "The longest line of a message in octets, CR LF included; longer ones refuse the message (554). RFC 5321"
              + " demands 1000; much real mail has more, and it is delivered as it came.")
      .defaultsTo("1M");

  // RFC 5321 §6.3: at least 100.
  static final Setting<Long> MAX_HOPS = Setting.number(
          "maxHops",
          "Received headers in a message beyond which it counts as looping (554).",
          2,
          1000)
      .defaultsTo("100");

  static final Setting<String> BANNER =
      Setting.text("banner", "The text behind the host name in the greeting.").defaultsTo("Mansio");

  static final Setting<VrfyPolicy> VRFY = choice(
          "vrfy",
          "What VRFY tells (RFC 5321 §7.3): neutral answers 252 to everything, verify says whether a local mailbox"
              + " exists, off answers 502.",
          VrfyPolicy.class)
      .defaultsTo("neutral");

  /** What becomes of a bare CR or LF. */
  enum BareLineFeed {
    REJECT,
    NORMALISE
  }

  /** What VRFY tells. */
  enum VrfyPolicy {
    OFF,
    NEUTRAL,
    VERIFY
  }

  /** How TLS begins. */
  enum TlsMode {
    NONE,
    STARTTLS,
    IMPLICIT
  }

  /** When AUTH is offered. */
  enum AuthMode {
    OFF,
    TLS_ONLY,
    PROTECTED,
    ALWAYS
  }

  /** Without meaning where no mail is taken. */
  private static final List<Setting<?>> OF_MAIL = List.of(
      MAX_MESSAGE_SIZE,
      MAX_RECIPIENTS,
      RELAY_NETWORKS,
      BARE_LINE_FEED,
      MAX_TEXT_LINE,
      MAX_HOPS,
      VRFY);

  private ListenerSettings() {}

  static Setting<ListenPort> port(SmtpService service) {
    return ListenPort.setting(service.standardPort());
  }

  static Setting<TlsMode> tls(SmtpService service) {
    return choice(
            "tls",
            "How TLS begins: none, starttls (RFC 3207), or implicit, with the connection (RFC 8314).",
            TlsMode.class)
        .defaultsTo(service == SmtpService.LMTP ? "none" : "starttls");
  }

  static Setting<AuthMode> auth(SmtpService service) {
    return choice(
            "auth",
            "When clients may log in (RFC 4954): off; tls-only; protected, without TLS only by mechanisms that keep the"
                + " password secret, such as SCRAM; or always, which has passwords sent in the clear where the client"
                + " doesn't use TLS.",
            AuthMode.class)
        .defaultsTo(
            switch (service) {
              case SUBMISSION, ON_DEMAND -> "tls-only";
              case SMTP, LMTP -> "off";
            });
  }

  static SettingSchema schema(SmtpService service) {
    List<Setting<?>> settings = new ArrayList<>(List.of(
        port(service),
        BIND,
        tls(service),
        REQUIRE_TLS,
        auth(service),
        MECHANISMS,
        MAX_MESSAGE_SIZE,
        MAX_RECIPIENTS,
        MAX_CONNECTIONS,
        MAX_CONNECTIONS_PER_ADDRESS,
        RELAY_NETWORKS,
        TIMEOUT,
        HANDSHAKE_TIMEOUT,
        HOOK_TIMEOUT,
        MAX_JUNK_COMMANDS,
        MAX_ERRORS,
        MAX_AUTH_FAILURES,
        BARE_LINE_FEED,
        MAX_TEXT_LINE,
        MAX_HOPS,
        BANNER,
        VRFY));
    settings.addAll(ExtensionSettings.all());
    if (service == SmtpService.SUBMISSION) {
      settings.addAll(SubmissionSettings.all());
    }
    settings.addAll(ConnectionSettings.all());
    if (service == SmtpService.ON_DEMAND) {
      settings.removeAll(OF_MAIL);
      settings.removeAll(ExtensionSettings.all());
      settings.add(ExtensionSettings.XCLIENT_NETWORKS);
    }
    return new SettingSchema(settings, false);
  }

  /** A choice whose constants are written in lower case with hyphens. */
  private static <E extends Enum<E>> Setting<E> choice(
      String name, String description, Class<E> constants) {
    String label = Arrays.stream(constants.getEnumConstants())
        .map(ListenerSettings::written)
        .collect(Collectors.joining(", "));
    Setting.Parser<E> parser = text -> Arrays.stream(constants.getEnumConstants())
        .filter(constant -> written(constant).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new InvalidSettingException("'" + text + "' isn't one of: " + label));
    return Setting.of(
        name, new Setting.Type<>("one of: " + label, Setting.Kind.PLAIN, parser), description);
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
