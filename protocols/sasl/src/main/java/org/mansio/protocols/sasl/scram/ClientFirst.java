package org.mansio.protocols.sasl.scram;

import java.util.Optional;

/**
 * The client's first message (RFC 5802 §7).
 *
 * @param flag what the client says of channel binding: {@code n} it has none, {@code y} it has, but thinks that the server
 *     has none, {@code p} it binds
 * @param binding the type behind {@code p}; empty otherwise
 * @param identity who the client wants to act as; empty when it says nothing
 * @param header all of it up to the second comma, which comes back in the final message
 * @param bare the rest, which is signed
 */
record ClientFirst(
    char flag,
    String binding,
    String identity,
    String header,
    String bare,
    String user,
    String nonce) {

  /** Empty when the text isn't such a message, or has an extension that must be understood. */
  static Optional<ClientFirst> parse(String text) {
    int first = text.indexOf(',');
    int second = first < 0 ? -1 : text.indexOf(',', first + 1);
    if (second < 0) {
      return Optional.empty();
    }
    String cb = text.substring(0, first);
    String acting = text.substring(first + 1, second);
    String bare = text.substring(second + 1);
    boolean binds = cb.matches("p=[A-Za-z0-9.-]+");
    if (!binds && !cb.equals("n") && !cb.equals("y")
        || !acting.isEmpty() && !acting.startsWith("a=")) {
      return Optional.empty();
    }
    String[] parts = bare.split(",", -1);
    // RFC 5802 §5.1: m= stands before n= and must be understood; nobody has defined one.
    if (parts.length < 2 || !parts[0].startsWith("n=") || !parts[1].startsWith("r=")) {
      return Optional.empty();
    }
    Optional<String> identity = acting.isEmpty() ? Optional.of("") : name(acting.substring(2));
    Optional<String> user = name(parts[0].substring(2)).filter(name -> !name.isEmpty());
    String nonce = parts[1].substring(2);
    if (identity.isEmpty() || user.isEmpty() || !isNonce(nonce)) {
      return Optional.empty();
    }
    return Optional.of(new ClientFirst(
        cb.charAt(0),
        binds ? cb.substring(2) : "",
        identity.get(),
        text.substring(0, second + 1),
        bare,
        user.get(),
        nonce));
  }

  /** RFC 5802 §5.1: comma and equals sign are written =2C and =3D, and no other = may stand. */
  static Optional<String> name(String saslname) {
    String rest = saslname.replace("=2C", "").replace("=3D", "");
    return rest.indexOf('=') >= 0
        ? Optional.empty()
        : Optional.of(saslname.replace("=2C", ",").replace("=3D", "="));
  }

  static String saslname(String name) {
    return name.replace("=", "=3D").replace(",", "=2C");
  }

  /** RFC 5802 §7: printable ASCII without the comma. */
  static boolean isNonce(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127 && c != ',');
  }
}
