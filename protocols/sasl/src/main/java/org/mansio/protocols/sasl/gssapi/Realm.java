package org.mansio.protocols.sasl.gssapi;

import java.util.Optional;

/**
 * A Kerberos realm and the mail domain of its users.
 *
 * @param name as in principals, with case
 */
record Realm(String name, String domain) {
  /** The address that a principal such as {@code alice@EXAMPLE.ORG} means; empty when it is of another realm or a service. */
  Optional<String> address(String principal) {
    int at = principal.lastIndexOf('@');
    if (at < 1 || !principal.substring(at + 1).equals(name)) {
      return Optional.empty();
    }
    String user = principal.substring(0, at);
    // RFC 4120 §6.2: a second component makes it an instance, such as alice/admin, or a service.
    boolean plain = user.chars().noneMatch(c -> c == '/' || c == '@' || c == '\\');
    return plain ? Optional.of(user + "@" + domain) : Optional.empty();
  }
}
