package org.mansio.spi.smtp;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A service extension (RFC 5321 §2.2): keywords, parameters and verbs that belong together. Thread-safe. */
public interface SmtpExtension {
  /** For listings, such as {@code etrn}. */
  String name();

  /** Which listeners have it; by default those that take mail. */
  default Set<SmtpService> offeredOn() {
    return EnumSet.complementOf(EnumSet.of(SmtpService.ON_DEMAND));
  }

  /** EHLO lines for this session as it is now; empty when it isn't offered. */
  default List<String> ehloLines(SmtpSession session) {
    return List.of();
  }

  default List<SmtpParameter> parameters() {
    return List.of();
  }

  default List<SmtpVerb> verbs() {
    return List.of();
  }
}
