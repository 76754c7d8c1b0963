package org.mansio.protocols.smtp;

/** What a listener is for: the three services share all code and differ in a few rules. */
enum Service {
  /** RFC 5321: from anybody, for local domains. */
  SMTP("smtp", 25),
  /** RFC 6409: from users who logged in, to anywhere. */
  SUBMISSION("submission", 587),
  /** RFC 2033: local delivery for another server; a reply for each recipient. */
  LMTP("lmtp", 24);

  private final String protocol;
  private final int standardPort;

  Service(String protocol, int standardPort) {
    this.protocol = protocol;
    this.standardPort = standardPort;
  }

  String protocol() {
    return protocol;
  }

  int standardPort() {
    return standardPort;
  }

  /** The keyword of a Received header's "with" clause (RFC 3848): {@code SMTP}, {@code ESMTPSA}, {@code LMTPS}, …. */
  String withKeyword(boolean extended, boolean tls, boolean authenticated) {
    if (this != LMTP && !extended) {
      return "SMTP";
    }
    return (this == LMTP ? "LMTP" : "ESMTP") + (tls ? "S" : "") + (authenticated ? "A" : "");
  }
}
