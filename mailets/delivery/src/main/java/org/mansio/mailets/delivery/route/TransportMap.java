package org.mansio.mailets.delivery.route;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * Which way mail for a recipient goes, by patterns in the manner of Postfix' transport table. The most specific one counts,
 * wherever it stands: {@code user@example.org}, then {@code example.org}, then {@code .example.org} for all below that
 * domain, its longest match first, then {@code *}. Found by hash, so that a hundred thousand domains cost no more than
 * one. Immutable.
 */
public final class TransportMap {
  private static final String ANY = "*";
  private static final TransportMap NONE = new TransportMap(Map.of());

  private final Map<String, NextHop> hops;

  private TransportMap(Map<String, NextHop> hops) {
    this.hops = Map.copyOf(hops);
  }

  /** Without any pattern. */
  public static TransportMap none() {
    return NONE;
  }

  /**
   * Reads the lines of a setting and of a file behind it: {@code pattern route [options]}.
   *
   * @param setting its name, for the places of errors
   * @param folder where relative paths in the lines start
   * @throws InvalidSettingException with every line that is wrong
   */
  public static TransportMap read(
      Optional<String> text, String setting, Optional<Path> file, Path folder)
      throws InvalidSettingException {
    return read(text, setting, file, folder, System::getenv);
  }

  /** @param environment environment variables by name; null for one that isn't set */
  static TransportMap read(
      Optional<String> text,
      String setting,
      Optional<Path> file,
      Path folder,
      UnaryOperator<@Nullable String> environment)
      throws InvalidSettingException {
    NextHopReader reader = new NextHopReader(folder, environment);
    Map<String, NextHop> hops = new HashMap<>();
    Map<String, String> places = new HashMap<>();
    PlacedLine.readAll(PlacedLine.all(text, setting, file), line -> {
      if (line.words().size() < 2) {
        throw new InvalidSettingException("a route is missing behind '" + line.first() + "'");
      }
      String pattern = pattern(line.first());
      String before = places.putIfAbsent(pattern, line.place());
      if (before != null) {
        throw new InvalidSettingException(
            "'" + line.first() + "' stands twice; the first time at " + before);
      }
      hops.put(pattern, reader.read(line.from(1)));
    });
    return new TransportMap(hops);
  }

  private static String pattern(String text) throws InvalidSettingException {
    if (text.equals(ANY)) {
      return text;
    }
    try {
      if (text.startsWith("[")) {
        return MailAddress.parse("any@" + text).domain();
      }
      return text.indexOf('@') > 0 ? key(MailAddress.parse(text)) : DomainPattern.parse(text);
    } catch (InvalidAddressException | InvalidSettingException e) {
      throw new InvalidSettingException("'" + text
          + "' isn't a pattern: user@example.org, example.org, .example.org (all below it) or *");
    }
  }

  private static String key(MailAddress address) {
    return address.localPart().toLowerCase(Locale.ROOT) + "@" + address.domain();
  }

  /** The pools of local addresses that its routes name. */
  public Set<String> pools() {
    return hops.values().stream()
        .flatMap(hop -> switch (hop) {
          case NextHop.Exchangers mx -> mx.manner().sourcePool().stream();
          case NextHop.SmartHosts hosts -> hosts.manner().sourcePool().stream();
          case NextHop.OnDemand none -> Stream.empty();
          case NextHop.Discarded none -> Stream.empty();
          case NextHop.Refused none -> Stream.empty();
        })
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The next hop for a recipient; empty where no pattern matches. */
  public Optional<NextHop> find(MailAddress recipient) {
    if (hops.isEmpty()) {
      return Optional.empty();
    }
    String domain = recipient.domain();
    NextHop hop = hops.get(key(recipient));
    if (hop == null) {
      hop = hops.get(domain);
    }
    for (int dot = domain.indexOf('.');
        hop == null && dot >= 0;
        dot = domain.indexOf('.', dot + 1)) {
      hop = hops.get(domain.substring(dot));
    }
    return Optional.ofNullable(hop == null ? hops.get(ANY) : hop);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TransportMap map && map.hops.equals(hops);
  }

  @Override
  public int hashCode() {
    return hops.hashCode();
  }
}
