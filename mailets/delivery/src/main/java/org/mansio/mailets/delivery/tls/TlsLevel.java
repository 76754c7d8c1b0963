package org.mansio.mailets.delivery.tls;

/** What an operator may demand of a destination. */
public enum TlsLevel {
  /** No TLS. */
  NONE,
  /** TLS where it is offered, whatever the destination publishes. */
  OPPORTUNISTIC,
  /** TLS, with any certificate. */
  ENCRYPT,
  /** TLS with a certificate that TLSA records vouch for; mail waits where there are none. */
  DANE,
  /** TLS with a valid certificate for the MX host's name. */
  VERIFY,
  /** TLS with a valid certificate for the recipient's domain, which no forged MX record can get around. */
  SECURE
}
