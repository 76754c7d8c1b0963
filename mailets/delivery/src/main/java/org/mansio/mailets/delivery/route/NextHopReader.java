package org.mansio.mailets.delivery.route;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.smtpclient.Credentials;
import org.mansio.protocols.smtpclient.Protocol;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.settings.InvalidSettingException;

/** Reads what a line of the transport map says behind its pattern. */
final class NextHopReader {
  /** The transport of OnDemandDelivery where its {@code outgoing} isn't set. */
  private static final String USUAL_ON_DEMAND = "on-demand";

  private static final int MAX_PORT = 65_535;

  /** A password or token; a larger file is another file. */
  private static final int MAX_SECRET = 16 * 1024;

  private static final Set<String> OF_EXCHANGERS = Set.of("port", "tls", "verify", "pool");
  private static final Set<String> OF_SMART_HOSTS =
      Set.of("tls", "verify", "pool", "user", "password", "token");
  private static final Pattern REPLY =
      Pattern.compile("([45])[0-9]{2} (?:([45])\\.[0-9]{1,3}\\.[0-9]{1,3} )?.+");

  private final Path folder;
  private final UnaryOperator<@Nullable String> environment;

  /**
   * @param folder where relative paths start
   * @param environment environment variables by name; null for one that isn't set
   */
  NextHopReader(Path folder, UnaryOperator<@Nullable String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /** @param words the kind of the route, and what belongs to it */
  NextHop read(List<String> words) throws InvalidSettingException {
    List<String> rest = words.subList(1, words.size());
    return switch (words.getFirst().toLowerCase(Locale.ROOT)) {
      case "mx" -> exchangers(rest);
      case "smtp" -> smartHosts(Protocol.SMTP, rest);
      case "lmtp" -> smartHosts(Protocol.LMTP, rest);
      case "on-demand" -> onDemand(rest);
      case "discard" -> {
        if (!rest.isEmpty()) {
          throw new InvalidSettingException("nothing stands behind discard");
        }
        yield new NextHop.Discarded();
      }
      case "error" -> refused(String.join(" ", rest));
      default ->
        throw new InvalidSettingException("'" + words.getFirst()
            + "' isn't a route; there are mx, smtp, lmtp, on-demand, discard, error");
    };
  }

  private NextHop exchangers(List<String> words) throws InvalidSettingException {
    LineOptions options = new LineOptions(words, OF_EXCHANGERS);
    Optional<Integer> port = options.number("port", 1, MAX_PORT);
    return new NextHop.Exchangers(
        port.map(OptionalInt::of).orElse(OptionalInt.empty()), manner(options));
  }

  private NextHop smartHosts(Protocol protocol, List<String> words) throws InvalidSettingException {
    List<SmartHost> hosts = new ArrayList<>();
    int at = 0;
    while (at < words.size() && !LineOptions.isOption(words.get(at))) {
      hosts.add(SmartHost.parse(words.get(at)));
      at++;
    }
    if (hosts.isEmpty()) {
      throw new InvalidSettingException("a route to hosts needs at least one: host or host:port");
    }
    LineOptions options = new LineOptions(words.subList(at, words.size()), OF_SMART_HOSTS);
    NextHop.Manner manner = manner(options);
    if (protocol == Protocol.LMTP
        && manner.credentials().isPresent()
        && manner.tls().isEmpty()) {
      // Without a word LMTP goes without TLS, and the password in the clear.
      throw new InvalidSettingException(
          "user= over lmtp needs tls=: required, or off where nobody can read along");
    }
    return new NextHop.SmartHosts(protocol, hosts, manner);
  }

  private static NextHop onDemand(List<String> words) throws InvalidSettingException {
    if (words.size() > 1) {
      throw new InvalidSettingException(
          "behind on-demand stands the 'outgoing' of an OnDemandDelivery, or nothing");
    }
    return new NextHop.OnDemand(words.isEmpty() ? USUAL_ON_DEMAND : words.getFirst());
  }

  private static NextHop refused(String reply) throws InvalidSettingException {
    Matcher form = REPLY.matcher(reply);
    if (!form.matches() || form.group(2) != null && !form.group(2).equals(form.group(1))) {
      throw new InvalidSettingException(
          "'" + reply + "' isn't a reply such as '550 5.1.6 This domain has moved'");
    }
    EnhancedStatus status = form.group(2) == null
        ? EnhancedStatus.ofReplyCode(Integer.parseInt(reply.substring(0, 3)))
        : EnhancedStatus.parse(reply.split(" ")[1]);
    return new NextHop.Refused(form.group(1).equals("5"), status, reply);
  }

  private NextHop.Manner manner(LineOptions options) throws InvalidSettingException {
    Optional<TlsMode> tls = tls(options);
    boolean verify = options.flag("verify");
    if (verify
        && tls.filter(mode -> mode == TlsMode.REQUIRED || mode == TlsMode.IMPLICIT)
            .isEmpty()) {
      throw new InvalidSettingException(
          "verify=yes needs tls=required or tls=implicit: without, mail would go unprotected to a host that fails");
    }
    return new NextHop.Manner(tls, verify, credentials(options), options.text("pool"));
  }

  private static Optional<TlsMode> tls(LineOptions options) throws InvalidSettingException {
    Optional<String> text = options.text("tls");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (text.get()) {
          case "off" -> TlsMode.NONE;
          case "opportunistic" -> TlsMode.OPPORTUNISTIC;
          case "required" -> TlsMode.REQUIRED;
          case "implicit" -> TlsMode.IMPLICIT;
          default ->
            throw new InvalidSettingException("option 'tls': '" + text.get()
                + "' isn't one of: off, opportunistic, required, implicit");
        });
  }

  private Optional<Credentials> credentials(LineOptions options) throws InvalidSettingException {
    Optional<String> user = options.text("user");
    Optional<String> password = options.text("password");
    Optional<String> token = options.text("token");
    if (password.isPresent() && token.isPresent()) {
      throw new InvalidSettingException("password and token exclude each other");
    }
    if (user.isPresent() != (password.isPresent() || token.isPresent())) {
      throw new InvalidSettingException("user and one of password and token need each other");
    }
    if (user.isEmpty()) {
      return Optional.empty();
    }
    if (token.isPresent()) {
      return Optional.of(Credentials.byToken(user.get(), file(token.get(), "token")));
    }
    return Optional.of(new Credentials(user.get(), secret(password.orElseThrow())));
  }

  private Path file(String source, String option) throws InvalidSettingException {
    if (!source.startsWith("file:") || source.length() == "file:".length()) {
      throw new InvalidSettingException("option '" + option + "' is written file:PATH");
    }
    return folder.resolve(source.substring("file:".length()));
  }

  // What stands in the line never gets into a message here: it may be the password itself.
  private String secret(String source) throws InvalidSettingException {
    if (source.startsWith("env:")) {
      String name = source.substring("env:".length());
      String value = environment.apply(name);
      if (value == null || value.isEmpty()) {
        throw new InvalidSettingException(
            "the environment variable of option 'password' isn't set");
      }
      return value;
    }
    if (!source.startsWith("file:")) {
      throw new InvalidSettingException(
          "option 'password' is written env:NAME or file:PATH; the password itself doesn't belong into the map");
    }
    Path path = file(source, "password");
    try {
      if (Files.size(path) > MAX_SECRET) {
        throw new InvalidSettingException(path + " is too large for a password");
      }
      String text = Files.readString(path).strip();
      if (text.isEmpty()) {
        throw new InvalidSettingException(path + " holds no password");
      }
      return text;
    } catch (IOException e) {
      throw new InvalidSettingException("the password can't be read from " + path + ": " + e);
    }
  }
}
