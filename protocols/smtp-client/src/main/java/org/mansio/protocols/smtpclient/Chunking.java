package org.mansio.protocols.smtpclient;

/** When a message goes in chunks (BDAT, RFC 3030) instead of behind DATA. */
public enum Chunking {
  /**
   * Only where DATA can't carry it: binary content. The default, since DATA is what every host has been tried with, its 354
   * keeps a message from being sent to nobody, and doubling dots costs nothing that can be measured.
   */
  NEEDED,
  /** Wherever the host offers it. */
  OFFERED
}
