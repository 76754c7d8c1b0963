package org.mansio.protocols.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;

/** What a sink makes difficult, as it was asked to: refusals, lost connections, slow answers. Immutable. */
final class Trouble {
  /** Where in a session it happens. */
  enum Stage {
    CONNECT,
    HELLO,
    MAIL,
    RCPT,
    DATA,
    /** The end of the message. */
    DOT
  }

  private static final int PERCENT = 100;
  private static final int LOWEST_CODE = 400;
  private static final int HIGHEST_CODE = 599;
  private static final int LONGEST_DELAY_MILLIS = 86_400_000;

  /** @param suffix of the recipients that are meant; empty: all */
  private record Refusal(Stage stage, int code, int percent, String suffix) {}

  private final List<Refusal> refusals = new ArrayList<>();
  private final Map<Stage, Integer> drops = new EnumMap<>(Stage.class);
  private final Map<Stage, Duration> delays = new EnumMap<>(Stage.class);

  private Trouble() {}

  /**
   * @param refusals {@code STAGE:CODE[:PERCENT[:SUFFIX]]}, the suffix for the stage rcpt only
   * @param drops {@code STAGE[:PERCENT]}
   * @param delays {@code STAGE:MILLISECONDS}
   */
  static Trouble parse(List<String> refusals, List<String> drops, List<String> delays)
      throws UsageException {
    Trouble trouble = new Trouble();
    for (String text : refusals) {
      String[] parts = parts(text, 2, 4);
      Stage stage = stage(parts[0]);
      int code = Arguments.number("a code", parts[1], LOWEST_CODE, HIGHEST_CODE);
      String suffix = parts.length > 3 ? parts[3].toLowerCase(Locale.ROOT) : "";
      if (!suffix.isEmpty() && stage != Stage.RCPT) {
        throw new UsageException("only recipients can be told apart: " + text);
      }
      trouble.refusals.add(new Refusal(stage, code, percent(parts, 2), suffix));
    }
    for (String text : drops) {
      String[] parts = parts(text, 1, 2);
      trouble.drops.put(stage(parts[0]), percent(parts, 1));
    }
    for (String text : delays) {
      String[] parts = parts(text, 2, 2);
      int millis = Arguments.number("a delay", parts[1], 0, LONGEST_DELAY_MILLIS);
      trouble.delays.put(stage(parts[0]), Duration.ofMillis(millis));
    }
    return trouble;
  }

  private static String[] parts(String text, int least, int most) throws UsageException {
    String[] parts = text.split(":", -1);
    if (parts.length < least || parts.length > most) {
      throw new UsageException(text + " has too few parts or too many");
    }
    return parts;
  }

  private static Stage stage(String name) throws UsageException {
    return Arrays.stream(Stage.values())
        .filter(stage -> stage.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(() ->
            new UsageException(name + " is no stage: connect, hello, mail, rcpt, data or dot"));
  }

  private static int percent(String[] parts, int index) throws UsageException {
    return parts.length > index
        ? Arguments.number("a percentage", parts[index], 0, PERCENT)
        : PERCENT;
  }

  /** The code to refuse with, if it is to be refused this time. @param recipient empty at other stages */
  OptionalInt refusal(Stage stage, String recipient) {
    for (Refusal refusal : refusals) {
      if (refusal.stage() == stage
          && recipient.endsWith(refusal.suffix())
          && happens(refusal.percent())) {
        return OptionalInt.of(refusal.code());
      }
    }
    return OptionalInt.empty();
  }

  /** Whether refusals depend on the recipient, so that somebody has to read it. */
  boolean readsRecipients() {
    return refusals.stream().anyMatch(refusal -> !refusal.suffix().isEmpty());
  }

  boolean drops(Stage stage) {
    return happens(drops.getOrDefault(stage, 0));
  }

  Duration delay(Stage stage) {
    return delays.getOrDefault(stage, Duration.ZERO);
  }

  private static boolean happens(int percent) {
    return percent == PERCENT
        || percent > 0 && ThreadLocalRandom.current().nextInt(PERCENT) < percent;
  }
}
