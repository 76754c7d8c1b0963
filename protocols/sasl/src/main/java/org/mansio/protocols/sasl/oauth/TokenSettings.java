package org.mansio.protocols.sasl.oauth;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/**
 * Whose tokens are taken, and what they have to say.
 *
 * @param keys where the issuer's keys are: an {@code https} URL, or a {@code file} URI
 * @param domain for user claims that are no address; empty when they must be
 * @param scope that a token must have; empty when none is asked for
 * @param configuration the URL of the issuer's metadata, told to clients without a good token
 * @param maxKeys octets of a key set
 */
record TokenSettings(
    URI keys,
    String issuer,
    List<String> audience,
    String userClaim,
    Optional<String> domain,
    Optional<String> scope,
    Optional<URI> configuration,
    Duration clockSkew,
    Duration cache,
    Duration timeout,
    int maxKeys) {

  private static final Duration LONGEST_SKEW = Duration.ofMinutes(10);
  private static final Duration SHORTEST_CACHE = Duration.ofMinutes(1);
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
  private static final long MOST_KEYS = 16 << 20;

  static final Setting<String> ISSUER = Setting.text(
          "issuer",
          "The authorisation server: what the claim iss of its tokens says, to the letter.")
      .mandatory();

  static final Setting<String> AUDIENCE = Setting.text(
          "audience",
          "This server, as the authorisation server names it: one of these must be in the claim aud, so that a token for"
              + " another service is worth nothing here.")
      .mandatory()
      .repeated();

  static final Setting<URI> JWKS_URL = Setting.of(
      "jwksUrl",
      new Setting.Type<>("https URL", Setting.Kind.PLAIN, TokenSettings::web),
      "Where the authorisation server publishes its keys (RFC 7517). Either this or jwksFile.");

  static final Setting<String> JWKS_FILE = Setting.text(
      "jwksFile",
      "A file with the keys (RFC 7517), read again when it changes. Relative paths start at the configuration folder.");

  static final Setting<String> USER_CLAIM = Setting.text(
          "userClaim", "The claim that names the user: an address, or a local part of domain.")
      .defaultsTo("email");

  static final Setting<String> DOMAIN = Setting.of(
      "domain",
      new Setting.Type<>("domain", Setting.Kind.PLAIN, TokenSettings::mailDomain),
      "The mail domain of users whose claim is no address. Not set: such tokens are refused.");

  static final Setting<String> SCOPE = Setting.text(
      "scope",
      "A scope that a token must have in its claim scope or scp. Not set: any. Clients without a good token are told it.");

  static final Setting<URI> CONFIGURATION_URL = Setting.of(
      "configurationUrl",
      new Setting.Type<>("https URL", Setting.Kind.PLAIN, TokenSettings::web),
      "The authorisation server's openid-configuration, which clients without a good token are told (RFC 7628 §3.2.2).");

  static final Setting<Duration> CLOCK_SKEW = Setting.duration(
          "clockSkew",
          "By how much the clocks of this server and the authorisation server may differ, up to 10m.")
      .defaultsTo("1m");

  static final Setting<Duration> CACHE = Setting.duration(
          "jwksCache",
          "How long fetched keys are used, at least 1m; a token with a key that isn't among them has them fetched before,"
              + " once in 30s at the most. For four times as long they are used while the authorisation server is away.")
      .defaultsTo("1h");

  static final Setting<Duration> TIMEOUT = Setting.duration(
          "jwksTimeout", "How long fetching the keys may take, up to 1m.")
      .defaultsTo("5s");

  static final Setting<Long> MAX_SIZE = Setting.size(
          "jwksMaxSize", "The largest key set that is read, up to 16M.")
      .defaultsTo("256K");

  static final SettingSchema SCHEMA = SettingSchema.of(
      ISSUER,
      AUDIENCE,
      JWKS_URL,
      JWKS_FILE,
      USER_CLAIM,
      DOMAIN,
      SCOPE,
      CONFIGURATION_URL,
      CLOCK_SKEW,
      CACHE,
      TIMEOUT,
      MAX_SIZE);

  /** @param folder where relative paths start */
  static TokenSettings of(Settings settings, Path folder) throws InvalidSettingException {
    TokenSettings read = new TokenSettings(
        keys(settings, folder),
        settings.get(ISSUER),
        settings.all(AUDIENCE),
        settings.get(USER_CLAIM),
        settings.find(DOMAIN),
        settings.find(SCOPE),
        settings.find(CONFIGURATION_URL),
        settings.get(CLOCK_SKEW),
        settings.get(CACHE),
        settings.get(TIMEOUT),
        (int) Math.min(settings.get(MAX_SIZE), MOST_KEYS + 1));
    if (read.clockSkew.compareTo(LONGEST_SKEW) > 0) {
      throw new InvalidSettingException("clockSkew must be at most 10m");
    }
    if (read.cache.compareTo(SHORTEST_CACHE) < 0) {
      throw new InvalidSettingException("jwksCache must be at least 1m");
    }
    if (read.timeout.isZero() || read.timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new InvalidSettingException("jwksTimeout must be more than 0 and at most 1m");
    }
    if (read.maxKeys == 0 || read.maxKeys > MOST_KEYS) {
      throw new InvalidSettingException("jwksMaxSize must be more than 0 and at most 16M");
    }
    return read;
  }

  private static URI keys(Settings settings, Path folder) throws InvalidSettingException {
    Optional<URI> url = settings.find(JWKS_URL);
    Optional<String> file = settings.find(JWKS_FILE);
    if (url.isPresent() == file.isPresent()) {
      throw new InvalidSettingException("it needs one of jwksUrl and jwksFile");
    }
    return url.orElseGet(
        () -> folder.resolve(file.orElseThrow()).toAbsolutePath().toUri());
  }

  /** Keys that came unprotected could be anybody's; on the machine itself nobody is in between. */
  private static URI web(String text) throws InvalidSettingException {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean secure = scheme.equals("https") || scheme.equals("http") && isLoopback(uri.getHost());
      if (uri.getHost() != null && secure) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new InvalidSettingException("'" + text + "' isn't a URL: " + e.getReason());
    }
    throw new InvalidSettingException("'" + text + "' isn't a URL that begins with https://");
  }

  private static boolean isLoopback(@org.jspecify.annotations.Nullable String host) {
    try {
      return host != null
          && InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String mailDomain(String text) throws InvalidSettingException {
    try {
      return MailAddress.parse("postmaster@" + text).domain();
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException("'" + text + "' isn't a domain: " + e.getMessage());
    }
  }
}
