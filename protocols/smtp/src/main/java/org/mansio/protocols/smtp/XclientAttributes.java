package org.mansio.protocols.smtp;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The argument of XCLIENT, read and checked. Immutable.
 *
 * @param values by name; the empty text stands for what the proxy doesn't know
 */
record XclientAttributes(Map<Name, String> values) {
  private static final Pattern HOST_NAME =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
  private static final int MAX_PORT = 65_535;
  private static final String IPV6 = "IPV6:";
  // Somewhere, but nowhere that anybody is trusted.
  private static final InetAddress UNKNOWN_ADDRESS = InetAddress.ofLiteral("0.0.0.0");

  /** What a proxy may say. */
  enum Name {
    NAME,
    ADDR,
    PORT,
    PROTO,
    HELO,
    LOGIN,
    DESTADDR,
    DESTPORT;

    /** As EHLO announces them. */
    static String all() {
      StringBuilder text = new StringBuilder();
      for (Name name : values()) {
        text.append(' ').append(name);
      }
      return text.toString();
    }
  }

  XclientAttributes {
    values = Map.copyOf(values);
  }

  /** Empty when something is wrong with it. */
  static Optional<XclientAttributes> parse(String argument) {
    Map<Name, String> values = new EnumMap<>(Name.class);
    for (String word : argument.split(" +")) {
      int equals = word.indexOf('=');
      Optional<Name> name = equals < 0 ? Optional.empty() : name(word.substring(0, equals));
      Optional<String> value = name.flatMap(given -> value(given, word.substring(equals + 1)));
      if (value.isEmpty() || values.putIfAbsent(name.get(), value.get()) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new XclientAttributes(values));
  }

  private static Optional<Name> name(String text) {
    for (Name name : Name.values()) {
      if (name.name().equalsIgnoreCase(text)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> value(Name name, String text) {
    if (text.equalsIgnoreCase("[UNAVAILABLE]") || text.equalsIgnoreCase("[TEMPUNAVAIL]")) {
      return Optional.of("");
    }
    return Xtext.decode(text).filter(value -> isValid(name, value));
  }

  private static boolean isValid(Name name, String value) {
    return switch (name) {
      case NAME -> HOST_NAME.matcher(value).matches();
      case ADDR, DESTADDR -> address(value).isPresent();
      case PORT, DESTPORT -> PORT.matcher(value).matches() && Integer.parseInt(value) <= MAX_PORT;
      case PROTO -> value.equalsIgnoreCase("SMTP") || value.equalsIgnoreCase("ESMTP");
      case HELO -> value.chars().allMatch(c -> c > ' ' && c < 127);
      case LOGIN -> true;
    };
  }

  private static Optional<InetAddress> address(String text) {
    boolean isV6 = text.regionMatches(true, 0, IPV6, 0, IPV6.length());
    String literal = isV6 ? text.substring(IPV6.length()) : text;
    if (isV6 != literal.contains(":") || literal.contains("%")) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(literal));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether the attribute was given, also as unknown. */
  boolean has(Name name) {
    return values.containsKey(name);
  }

  /** The value; empty when it wasn't given or isn't known. A host name in lower case. */
  Optional<String> text(Name name) {
    return Optional.ofNullable(values.get(name))
        .filter(text -> !text.isEmpty())
        .map(text -> name == Name.NAME ? text.toLowerCase(Locale.ROOT) : text);
  }

  /** The address; 0.0.0.0 when it isn't known, empty when it wasn't given. */
  Optional<InetAddress> address(Name name) {
    return has(name)
        ? Optional.of(text(name).flatMap(XclientAttributes::address).orElse(UNKNOWN_ADDRESS))
        : Optional.empty();
  }

  /** The port; 0 when it isn't known, empty when it wasn't given. */
  Optional<Integer> port(Name name) {
    return has(name) ? Optional.of(text(name).map(Integer::parseInt).orElse(0)) : Optional.empty();
  }

  /** Whether the client speaks ESMTP, as most do. */
  boolean isExtended() {
    return text(Name.PROTO).filter("SMTP"::equalsIgnoreCase).isEmpty();
  }
}
