package org.mansio.protocols.smtpclient;

/** Which protocol the peer speaks. */
public enum Protocol {
  /** RFC 5321: EHLO, one reply for the message. */
  SMTP,
  /** RFC 2033: LHLO, after the message one reply for each accepted recipient. */
  LMTP
}
