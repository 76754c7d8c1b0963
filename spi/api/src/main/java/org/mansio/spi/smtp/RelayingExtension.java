package org.mansio.spi.smtp;

/**
 * An extension whose plugin takes care of mail for domains that aren't local: RCPT is accepted for them from anybody, as it
 * is for local ones, on SMTP and submission listeners. The chain must route them.
 */
public interface RelayingExtension extends SmtpExtension {
  /**
   * Whether mail for the domain is taken. Called for each recipient elsewhere; must not block.
   *
   * @param domain lower case, A-labels
   */
  boolean relays(String domain);
}
