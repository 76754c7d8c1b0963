package org.mansio.protocols.smtpclient;

/** How a connection is protected. */
public enum TlsMode {
  /** Never. */
  NONE,
  /**
   * STARTTLS (RFC 3207) where it is offered; where it is not, or its handshake fails, without. Protects from listeners, not
   * from who can change the traffic (RFC 7435).
   */
  OPPORTUNISTIC,
  /** STARTTLS, or no mail goes. */
  REQUIRED,
  /** TLS from the first octet (RFC 8314), or no mail goes. */
  IMPLICIT;

  /** Whether mail may go without TLS. */
  boolean mayBePlain() {
    return this == NONE || this == OPPORTUNISTIC;
  }
}
