package org.mansio.spi.smtp;

/** What a listener is for: the services share their code and differ in a few rules. */
public enum SmtpService {
  /** RFC 5321: from anybody, for local domains. */
  SMTP("smtp", 25),
  /** RFC 6409: from users who logged in, to anywhere. */
  SUBMISSION("submission", 587),
  /** RFC 2033: local delivery for another server; a reply for each recipient. */
  LMTP("lmtp", 24),
  /** RFC 2645 §3: customers fetch the mail of their domains; takes none. */
  ON_DEMAND("odmr", 366);

  private final String protocol;
  private final int standardPort;

  SmtpService(String protocol, int standardPort) {
    this.protocol = protocol;
    this.standardPort = standardPort;
  }

  /** What {@code protocol="…"} of a listener says. */
  public String protocol() {
    return protocol;
  }

  /** The port that is registered for it. */
  public int standardPort() {
    return standardPort;
  }
}
