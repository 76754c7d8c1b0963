package org.mansio.mailets.antispam.milter;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What server and milter have agreed on ({@code SMFIC_OPTNEG}). Immutable.
 *
 * @param version of the protocol, {@link #OLDEST} to {@link #NEWEST}
 * @param actions what the milter may do at the end of a message ({@code SMFIF_*})
 * @param steps what it wants of the protocol ({@code SMFIP_*})
 * @param macros the lists that it asks for, by stage ({@code SMFIF_SETSYMLIST}); none for a stage: the server's
 */
record Negotiation(int version, int actions, int steps, Map<Stage, List<String>> macros) {
  static final char CODE = 'O';
  static final int OLDEST = 2;
  static final int NEWEST = 6;

  /** The action of replacing the body ({@code SMFIF_CHGBODY}). */
  static final int REPLACE_BODY = 0x2;

  /** Add and change header fields, replace the body, add and delete recipients, quarantine. */
  private static final int OLD_ACTIONS = 0x3F;

  /** And change the sender, add recipients with parameters, set the lists of macros. */
  private static final int ALL_ACTIONS = 0x1FF;

  private static final int SKIP = 0x400;
  private static final int REJECTED_RECIPIENTS = 0x800;
  private static final int LEADING_SPACE = 0x10_0000;

  /** Steps that concern the size of packets and libmilter's own bookkeeping; they ask nothing of this client. */
  private static final int PACKET_SIZES = 0x7000_0000;

  private static final Pattern MACRO = Pattern.compile("[A-Za-z_]|\\{[A-Za-z0-9_]{1,64}}");
  private static final int MAX_MACROS = 100;

  Negotiation {
    macros = Map.copyOf(macros);
  }

  /** What is offered to a milter. */
  static Packet offer(int version) {
    return new Payload()
        .uint32(version)
        .uint32(offeredActions(version))
        .uint32(offeredSteps(version))
        .packet(CODE);
  }

  private static int offeredActions(int version) {
    return version >= NEWEST ? ALL_ACTIONS : OLD_ACTIONS;
  }

  private static int offeredSteps(int version) {
    int steps = version >= NEWEST ? SKIP | REJECTED_RECIPIENTS | LEADING_SPACE : 0;
    for (Stage stage : Stage.values()) {
      if (stage.sinceVersion() <= version) {
        steps |= stage.unwanted();
      }
      if (version >= NEWEST) {
        steps |= stage.unanswered();
      }
    }
    return steps;
  }

  /**
   * The milter's answer to {@link #offer}.
   *
   * @throws MilterException when it asks for what wasn't offered: the two would wait for each other later
   */
  static Negotiation answer(Packet packet, int offeredVersion) throws MilterException {
    if (packet.code() != CODE) {
      throw new MilterException("answered the negotiation with " + packet);
    }
    PayloadReader data = new PayloadReader(packet);
    int version = data.uint32();
    int actions = data.uint32();
    int steps = data.uint32() & ~PACKET_SIZES;
    if (version < OLDEST || version > offeredVersion) {
      throw new MilterException("speaks version " + Integer.toUnsignedString(version)
          + " of the protocol, not " + OLDEST + " to " + offeredVersion);
    }
    if ((actions & ~offeredActions(offeredVersion)) != 0) {
      throw new MilterException(
          "wants actions that nobody knows: 0x" + Integer.toHexString(actions));
    }
    if ((steps & ~offeredSteps(offeredVersion)) != 0) {
      throw new MilterException("wants steps that nobody knows: 0x" + Integer.toHexString(steps));
    }
    return new Negotiation(version, actions, steps, macroLists(data));
  }

  private static Map<Stage, List<String>> macroLists(PayloadReader data) throws MilterException {
    Map<Stage, List<String>> lists = new EnumMap<>(Stage.class);
    while (data.hasMore()) {
      Optional<Stage> stage = Stage.ofMacroList(data.uint32());
      List<String> names = new ArrayList<>();
      for (String name : data.text().split("[ ,\t]+", MAX_MACROS + 1)) {
        if (isMacro(name) && names.size() < MAX_MACROS) {
          names.add(name);
        }
      }
      stage.ifPresent(known -> lists.put(known, List.copyOf(names)));
    }
    return lists;
  }

  /** Whether it is the name of a macro: one letter, or several in braces. */
  static boolean isMacro(String name) {
    return MACRO.matcher(name).matches();
  }

  /** Whether the milter is to hear of it. */
  boolean wants(Stage stage) {
    return stage.sinceVersion() <= version && (steps & stage.unwanted()) == 0;
  }

  /** Whether the milter answers it. */
  boolean answers(Stage stage) {
    return (steps & stage.unanswered()) == 0;
  }

  /** Whether it wants to see recipients too that were refused before. */
  boolean wantsRejectedRecipients() {
    return (steps & REJECTED_RECIPIENTS) != 0;
  }

  /** Whether values of header fields begin right behind the colon, in both directions. */
  boolean keepsLeadingSpace() {
    return (steps & LEADING_SPACE) != 0;
  }

  boolean allows(int action) {
    return (actions & action) != 0;
  }

  /** Whether the connection can serve another session ({@code SMFIC_QUIT_NC}). */
  boolean canStartOver() {
    return version >= NEWEST;
  }
}
