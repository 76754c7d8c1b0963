package org.mansio.protocols.smtp;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.mansio.protocols.core.ConnectionOptions;
import org.mansio.protocols.core.ListenAddresses;
import org.mansio.protocols.core.ServerOptions;
import org.mansio.protocols.smtp.ListenerSettings.AuthMode;
import org.mansio.protocols.smtp.ListenerSettings.BareLineFeed;
import org.mansio.protocols.smtp.ListenerSettings.TlsMode;
import org.mansio.protocols.smtp.ListenerSettings.VrfyPolicy;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpService;

/** The values of {@link ListenerSettings} for one listener, named as there. Sizes in octets. */
record ListenerOptions(
    SmtpService service,
    List<InetSocketAddress> addresses,
    TlsMode tls,
    boolean requireTls,
    AuthMode auth,
    List<String> mechanisms,
    long maxMessageSize,
    int maxRecipients,
    int maxConnections,
    int maxConnectionsPerAddress,
    List<Network> relayNetworks,
    Duration timeout,
    Duration handshakeTimeout,
    Duration hookTimeout,
    int maxJunkCommands,
    int maxErrors,
    int maxAuthFailures,
    BareLineFeed bareLineFeed,
    long maxTextLine,
    int maxHops,
    String banner,
    VrfyPolicy vrfy,
    ExtensionSettings.Options extensions,
    SubmissionSettings.Options submission,
    ConnectionOptions connections) {

  /** RFC 5321 §4.5.3.1.6: at least 1000 octets with CR LF. */
  private static final int MIN_TEXT_LINE = 1000;

  /**
   * Reads them.
   *
   * @param configuration where relative paths start
   * @throws InvalidSettingException when settings contradict each other
   */
  static ListenerOptions of(SmtpService service, Settings settings, Path configuration)
      throws InvalidSettingException {
    ListenerOptions options = new ListenerOptions(
        service,
        ListenAddresses.of(
            settings.all(ListenerSettings.BIND), settings.get(ListenerSettings.port(service))),
        settings.get(ListenerSettings.tls(service)),
        settings.get(ListenerSettings.REQUIRE_TLS),
        settings.get(ListenerSettings.auth(service)),
        settings.all(ListenerSettings.MECHANISMS),
        settings.get(ListenerSettings.MAX_MESSAGE_SIZE),
        settings.get(ListenerSettings.MAX_RECIPIENTS).intValue(),
        settings.get(ListenerSettings.MAX_CONNECTIONS).intValue(),
        settings.get(ListenerSettings.MAX_CONNECTIONS_PER_ADDRESS).intValue(),
        settings.all(ListenerSettings.RELAY_NETWORKS),
        settings.get(ListenerSettings.TIMEOUT),
        settings.get(ListenerSettings.HANDSHAKE_TIMEOUT),
        settings.get(ListenerSettings.HOOK_TIMEOUT),
        settings.get(ListenerSettings.MAX_JUNK_COMMANDS).intValue(),
        settings.get(ListenerSettings.MAX_ERRORS).intValue(),
        settings.get(ListenerSettings.MAX_AUTH_FAILURES).intValue(),
        settings.get(ListenerSettings.BARE_LINE_FEED),
        settings.get(ListenerSettings.MAX_TEXT_LINE),
        settings.get(ListenerSettings.MAX_HOPS).intValue(),
        settings.get(ListenerSettings.BANNER),
        settings.get(ListenerSettings.VRFY),
        ExtensionSettings.Options.of(settings),
        service == SmtpService.SUBMISSION
            ? SubmissionSettings.Options.of(settings)
            : SubmissionSettings.Options.NONE,
        ConnectionOptions.of(settings, configuration));
    options.check();
    return options;
  }

  private void check() throws InvalidSettingException {
    if (requireTls && tls == TlsMode.NONE) {
      throw new InvalidSettingException("requireTls needs tls starttls or implicit");
    }
    if (auth == AuthMode.TLS_ONLY && tls == TlsMode.NONE) {
      throw new InvalidSettingException("auth tls-only needs tls starttls or implicit");
    }
    if (service == SmtpService.SUBMISSION && auth == AuthMode.OFF) {
      throw new InvalidSettingException("submission needs auth tls-only, protected or always");
    }
    if (service == SmtpService.ON_DEMAND && auth == AuthMode.OFF) {
      // RFC 2645 §4: nobody gets mail without.
      throw new InvalidSettingException("odmr needs auth tls-only or always");
    }
    if (connections.clientCertificates().isPresent() && tls == TlsMode.NONE) {
      throw new InvalidSettingException("clientCertificates needs tls starttls or implicit");
    }
    if (maxTextLine < MIN_TEXT_LINE) {
      throw new InvalidSettingException("maxTextLine is less than " + MIN_TEXT_LINE);
    }
    if (timeout.isZero() || handshakeTimeout.isZero() || hookTimeout.isZero()) {
      throw new InvalidSettingException(
          "timeout, handshakeTimeout and hookTimeout must be more than 0");
    }
    if (!banner.chars().allMatch(c -> c >= ' ' && c < 127)) {
      throw new InvalidSettingException("banner must be one line of ASCII");
    }
  }

  boolean implicitTls() {
    return tls == TlsMode.IMPLICIT;
  }

  ServerOptions server() {
    return new ServerOptions(
        addresses,
        implicitTls(),
        maxConnections,
        maxConnectionsPerAddress,
        timeout,
        handshakeTimeout,
        connections);
  }
}
