package org.mansio.protocols.core;

/** Takes octets as they arrive, until it has what it wants. Used by the session's thread only. */
public interface OctetSink {
  /**
   * Takes octets from {@code from} up to {@code to}; it may change them in place, and must not keep the array.
   *
   * @return the index behind the last octet taken: {@code to}, or less when {@link #complete} became true before
   */
  int take(byte[] octets, int from, int to);

  /** Whether nothing more is wanted. */
  boolean complete();
}
