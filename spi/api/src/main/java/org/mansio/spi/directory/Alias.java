package org.mansio.spi.directory;

import java.util.Objects;

/**
 * One line of the alias table.
 *
 * @param kind what it does
 * @param source an address; {@code @domain} for domain alias and catch-all; a regular expression over the whole address for
 *     REGEX
 * @param target an address; a domain for DOMAIN; an address with {@code $1} for REGEX; {@code 550 5.1.1 text} for ERROR
 */
public record Alias(Kind kind, String source, String target) {
  /** What a line does; looked up in this order. */
  public enum Kind {
    /** Refuses the address with a reply. */
    ERROR,
    /** Another name of one address. */
    ADDRESS,
    /** One of several members; several lines with the same source make the group. */
    GROUP,
    /** Sends a copy elsewhere; with the own address among the targets, a local copy is kept. */
    FORWARD,
    /** A whole domain is another one. */
    DOMAIN,
    /** By pattern. */
    REGEX,
    /** Whatever nobody else in the domain takes. */
    CATCH_ALL
  }

  public Alias {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(source);
    Objects.requireNonNull(target);
  }
}
