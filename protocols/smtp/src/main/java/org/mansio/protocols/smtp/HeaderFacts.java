package org.mansio.protocols.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to be known of a message's header section while it arrives.
 *
 * @param hops Received fields (RFC 5321 §6.3)
 * @param hasDate whether there is a Date field
 * @param hasMessageId whether there is a Message-ID field
 * @param messageId its value, unfolded; empty when there is none
 * @param solicitation the value of Solicitation (RFC 3865 §2.5), unfolded; empty when there is none
 * @param tlsNotRequired whether there is {@code TLS-Required: No} (RFC 8689 §5)
 * @param priority the value of MT-Priority (RFC 6710), as far as it is one; empty when there is none
 */
record HeaderFacts(
    int hops,
    boolean hasDate,
    boolean hasMessageId,
    Optional<String> messageId,
    Optional<String> solicitation,
    boolean tlsNotRequired,
    Optional<Integer> priority) {
  /** What is known of a header section that nobody has seen: what may be there isn't added. */
  static final HeaderFacts UNKNOWN =
      new HeaderFacts(0, true, true, Optional.empty(), Optional.empty(), false, Optional.empty());

  private static final byte[] RECEIVED = name("received");
  private static final byte[] DATE = name("date");
  private static final byte[] MESSAGE_ID = name("message-id");
  private static final byte[] MT_PRIORITY = name("mt-priority");
  private static final byte[] SOLICITATION = name("solicitation");
  private static final byte[] TLS_REQUIRED = name("tls-required");
  private static final int NONE = -1;

  // For the trace; RFC 5322 §2.1.1 allows no more on one line.
  private static final int MAX_VALUE = 998;

  // RFC 6710 §3; a comment may follow.
  private static final Pattern PRIORITY = Pattern.compile("(-?[0-9])(?:[ (].*)?");

  private static byte[] name(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads the first {@code length} octets: whole lines with CR LF. */
  static HeaderFacts of(byte[] octets, int length) {
    int hops = 0;
    boolean date = false;
    boolean hasMessageId = false;
    Optional<String> messageId = Optional.empty();
    Optional<String> solicitation = Optional.empty();
    boolean tlsNotRequired = false;
    Optional<Integer> priority = Optional.empty();
    int line = 0;
    while (line < length) {
      switch (octets[line] | 0x20) {
        case 'r' -> hops += bodyOf(RECEIVED, octets, line, length) < 0 ? 0 : 1;
        case 'd' -> date |= bodyOf(DATE, octets, line, length) >= 0;
        case 'm' -> {
          int id = hasMessageId ? NONE : bodyOf(MESSAGE_ID, octets, line, length);
          if (id >= 0) {
            hasMessageId = true;
            messageId = value(octets, id, length);
          } else if (priority.isEmpty()) {
            priority = value(octets, bodyOf(MT_PRIORITY, octets, line, length), length)
                .flatMap(HeaderFacts::number);
          }
        }
        case 's' -> {
          if (solicitation.isEmpty()) {
            solicitation = value(octets, bodyOf(SOLICITATION, octets, line, length), length);
          }
        }
        case 't' ->
          tlsNotRequired |= value(octets, bodyOf(TLS_REQUIRED, octets, line, length), length)
              .filter("No"::equalsIgnoreCase)
              .isPresent();
        default -> {}
      }
      line = nextLine(octets, line, length);
    }
    return new HeaderFacts(
        hops, date, hasMessageId, messageId, solicitation, tlsNotRequired, priority);
  }

  private static Optional<Integer> number(String text) {
    Matcher form = PRIORITY.matcher(text);
    return form.matches() ? Optional.of(Integer.parseInt(form.group(1))) : Optional.empty();
  }

  /** The same, where only the beginning of the section was seen. */
  HeaderFacts ofBeginning() {
    return new HeaderFacts(hops, true, true, messageId, solicitation, tlsNotRequired, priority);
  }

  /** Where a field's body begins; {@link #NONE} when the line is no field of that name. */
  private static int bodyOf(byte[] name, byte[] octets, int line, int length) {
    int at = line;
    for (byte expected : name) {
      if (at == length || lower(octets[at]) != expected) {
        return NONE;
      }
      at++;
    }
    // RFC 5322 §4.5: the obsolete syntax has blanks before the colon, and a loop may run over who
    // writes it.
    while (at < length && isBlank(octets[at])) {
      at++;
    }
    return at < length && octets[at] == ':' ? at + 1 : NONE;
  }

  private static byte lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private static int nextLine(byte[] octets, int from, int length) {
    int at = from;
    while (at < length && octets[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  /** @param from {@link #NONE} for no field */
  private static Optional<String> value(byte[] octets, int from, int length) {
    if (from == NONE) {
      return Optional.empty();
    }
    int end = nextLine(octets, from, length);
    while (end < length && isBlank(octets[end])) {
      end = nextLine(octets, end, length);
    }
    String text = new String(octets, from, Math.min(end, length) - from, StandardCharsets.UTF_8)
        .replaceAll("[\\x00-\\x1F\\x7F]+", "")
        .strip();
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(text.substring(0, Math.min(text.length(), MAX_VALUE)));
  }
}
