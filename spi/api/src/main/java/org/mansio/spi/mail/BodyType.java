package org.mansio.spi.mail;

/** What the octets of a message may be: the BODY parameter of RFC 6152 and RFC 3030. */
public enum BodyType {
  /** Lines of ASCII, at most 998 octets each. */
  SEVEN_BIT("7BIT"),
  /** Lines with octets over 127. */
  EIGHT_BIT_MIME("8BITMIME"),
  /** Any octets; lines mean nothing. */
  BINARY_MIME("BINARYMIME");

  private final String keyword;

  BodyType(String keyword) {
    this.keyword = keyword;
  }

  /** The value of the BODY parameter. */
  public String keyword() {
    return keyword;
  }
}
