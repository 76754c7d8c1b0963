package org.mansio.mailets.antispam.milter;

import java.util.Arrays;
import java.util.Optional;

/** What a milter is told, in the order of a session, with the bits by which it says that it doesn't want it. */
enum Stage {
  CONNECT('C', 2, 0x1, 0x1000, 0),
  HELO('H', 2, 0x2, 0x2000, 1),
  MAIL('M', 2, 0x4, 0x4000, 2),
  RCPT('R', 2, 0x8, 0x8000, 3),
  DATA('T', 4, 0x200, 0x1_0000, 4),
  /** A command that the server doesn't know; it has no macros. */
  UNKNOWN('U', 3, 0x100, 0x2_0000, Stage.NO_MACROS),
  HEADER('L', 2, 0x20, 0x80, Stage.NO_MACROS),
  END_OF_HEADER('N', 2, 0x40, 0x4_0000, 6),
  BODY('B', 2, 0x10, 0x8_0000, Stage.NO_MACROS),
  END_OF_MESSAGE('E', 2, 0, 0, 5);

  private static final int NO_MACROS = -1;

  private final char code;
  private final int sinceVersion;
  private final int unwanted;
  private final int unanswered;
  private final int macroList;

  Stage(char code, int sinceVersion, int unwanted, int unanswered, int macroList) {
    this.code = code;
    this.sinceVersion = sinceVersion;
    this.unwanted = unwanted;
    this.unanswered = unanswered;
    this.macroList = macroList;
  }

  /** The stage whose list of macros has that number ({@code SMFIM_*}). */
  static Optional<Stage> ofMacroList(int number) {
    return Arrays.stream(values())
        .filter(stage -> stage.macroList == number && number >= 0)
        .findFirst();
  }

  /** The command ({@code SMFIC_*}). */
  char code() {
    return code;
  }

  /** The protocol version that brought it. */
  int sinceVersion() {
    return sinceVersion;
  }

  /** The protocol step "not to be sent" ({@code SMFIP_NO*}); 0 where it is always sent. */
  int unwanted() {
    return unwanted;
  }

  /** The protocol step "sent, but not answered" ({@code SMFIP_NR_*}); 0 where it is always answered. */
  int unanswered() {
    return unanswered;
  }

  boolean hasMacros() {
    return macroList != NO_MACROS;
  }

  /** Whether what is decided here holds for the connection and not for a message. */
  boolean ofConnection() {
    return this == CONNECT || this == HELO;
  }
}
