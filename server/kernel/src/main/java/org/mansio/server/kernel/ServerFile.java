package org.mansio.server.kernel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.ConfigurationFiles;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.SettingsReader;
import org.mansio.server.kernel.login.LockingGuard;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/**
 * What {@code server.xml} says, as far as the kernel itself reads it.
 *
 * @param hostname lower case
 * @param tls of {@link ServerSettings#TLS}
 * @param tlsLocation where it stands
 * @param trace of {@link ServerSettings#TRACE}
 * @param sasl empty when it is missing: the mechanisms that are on by default
 * @param loginGuard of {@link LockingGuard#SETTINGS}
 * @param loginGuardLocation where it stands
 * @param store empty when it is missing, which is among the problems then
 * @param extensions in the order of the file
 * @param listeners in the order of the file
 * @param background in the order of the file
 */
record ServerFile(
    String hostname,
    MailAddress postmaster,
    Duration shutdownGrace,
    Settings tls,
    Location tlsLocation,
    Settings trace,
    Optional<ConfigElement> sasl,
    Settings loginGuard,
    Location loginGuardLocation,
    Optional<ConfigElement> store,
    List<ConfigElement> extensions,
    List<ConfigElement> listeners,
    List<ConfigElement> background) {

  static final String NAME = "server.xml";

  private static final List<String> STRUCTURE = List.of(
      "tls", "trace", "sasl", "loginGuard", "store", "extensions", "listeners", "background");

  /** Reads the file; with problems, the result holds what could be read, and defaults. */
  static ServerFile read(ConfigurationFiles files, Problems problems) {
    Location location = files.locationOf(NAME);
    ConfigElement root = files
        .read(NAME, "server", problems)
        .orElseGet(() -> new ConfigElement("server", Map.of(), "", List.of(), location));
    boolean missing = root.location().line() == 0;
    Grammar.attributes(root, problems);
    Settings identity = identity(root, problems);
    String hostname = hostname(identity, root, problems);
    Optional<ConfigElement> tls = Grammar.single(root, "tls", problems);
    Optional<ConfigElement> guard = Grammar.single(root, "loginGuard", problems);
    Optional<ConfigElement> store = Grammar.single(root, "store", problems);
    if (store.isEmpty() && !missing) {
      problems.error(root.location(), "<server> needs <store type=\"…\">: where local mail lies");
    }
    store.ifPresent(s -> Grammar.attributes(s, problems, "type"));
    return new ServerFile(
        hostname,
        postmaster(identity, hostname),
        identity.get(ServerSettings.SHUTDOWN_GRACE),
        part(tls, ServerSettings.TLS, "tls", problems),
        tls.map(ConfigElement::location).orElse(root.location()),
        part(Grammar.single(root, "trace", problems), ServerSettings.TRACE, "trace", problems),
        Grammar.single(root, "sasl", problems),
        part(guard, LockingGuard.SETTINGS, "loginGuard", problems),
        guard.map(ConfigElement::location).orElse(root.location()),
        store,
        all(root, "extensions", "extension", problems),
        all(root, "listeners", "listener", problems),
        all(root, "background", "service", problems));
  }

  private static Settings identity(ConfigElement root, Problems problems) {
    List<String> known = new ArrayList<>(STRUCTURE);
    ServerSettings.IDENTITY.settings().stream().map(Setting::name).forEach(known::add);
    Grammar.children(root, problems, known.toArray(String[]::new));
    List<ConfigElement> own = root.children().stream()
        .filter(child -> known.contains(child.name()) && !STRUCTURE.contains(child.name()))
        .toList();
    return SettingsReader.read(root.withChildren(own), ServerSettings.IDENTITY, "server", problems)
        .orElseGet(() -> withHostnameAlone(root, own));
  }

  /** So that a host name is judged although another setting is wrong. */
  private static Settings withHostnameAlone(ConfigElement root, List<ConfigElement> own) {
    List<ConfigElement> hostname = own.stream()
        .filter(child -> child.name().equals(ServerSettings.HOSTNAME.name()))
        .toList();
    return SettingsReader.read(
            root.withChildren(hostname), ServerSettings.IDENTITY, "server", new Problems())
        .orElseGet(() -> SettingsReader.defaults(ServerSettings.IDENTITY));
  }

  private static Settings part(
      Optional<ConfigElement> element, SettingSchema schema, String owner, Problems problems) {
    return element
        .flatMap(e -> {
          Grammar.attributes(e, problems);
          return SettingsReader.read(e, schema, owner, problems);
        })
        .orElseGet(() -> SettingsReader.defaults(schema));
  }

  private static String hostname(Settings identity, ConfigElement root, Problems problems) {
    Location location = root.child("hostname").map(ConfigElement::location).orElse(root.location());
    String name = identity
        .find(ServerSettings.HOSTNAME)
        .orElseGet(ServerFile::machineName)
        .toLowerCase(Locale.ROOT);
    if (!isDomain(name)) {
      problems.error(
          location,
          "hostname '" + name + "' isn't a domain name; set the server's fully qualified name");
      return "localhost";
    }
    if (!name.contains(".")) {
      problems.warning(
          location,
          "hostname '" + name + "' isn't fully qualified; other servers may refuse mail from it");
    }
    return name;
  }

  private static boolean isDomain(String name) {
    try {
      return MailAddress.parse("postmaster@" + name).domain().equals(name);
    } catch (InvalidAddressException e) {
      return false;
    }
  }

  private static String machineName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static MailAddress postmaster(Settings identity, String hostname) {
    return identity
        .find(ServerSettings.POSTMASTER)
        .orElseGet(() -> MailAddress.of("postmaster@" + hostname));
  }

  private static List<ConfigElement> all(
      ConfigElement root, String group, String each, Problems problems) {
    Optional<ConfigElement> found = Grammar.single(root, group, problems);
    found.ifPresent(element -> {
      Grammar.attributes(element, problems);
      Grammar.children(element, problems, each);
    });
    return found.map(element -> element.children(each)).orElse(List.of());
  }
}
