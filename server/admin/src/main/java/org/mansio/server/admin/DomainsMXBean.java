package org.mansio.server.admin;

import java.util.List;

/** Local domains. Thread-safe. */
public interface DomainsMXBean {
  /** All of them, sorted. */
  List<String> list();

  /** @param domain international names are stored as A-labels */
  void add(String domain);

  /** Refused while the domain has users. */
  void remove(String domain);
}
