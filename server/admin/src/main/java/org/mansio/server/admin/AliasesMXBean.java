package org.mansio.server.admin;

import java.util.List;

/** The alias table. Thread-safe. */
public interface AliasesMXBean {
  /** Lines whose source or target contains the text; all when it is empty. */
  List<AliasView> list(String text);

  /**
   * Adds a line.
   *
   * @param kind one of {@code error, address, group, forward, domain, regex, catch_all}; empty: a member for a group that
   *     there is, an address for another address, {@code @domain} to a domain is a domain alias, {@code @domain} to an address a catch-all
   */
  void add(String kind, String source, String target);

  /**
   * Removes lines.
   *
   * @param kind empty: of any kind
   * @param target empty: to any target
   * @return how many
   * @throws java.util.NoSuchElementException when no line fits
   */
  int remove(String kind, String source, String target);
}
