package org.mansio.server.admin.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options that say which entries of the queue are meant; they combine by and. */
final class QueueSelection {
  private final Map<String, String> conditions = new LinkedHashMap<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @SuppressWarnings("NullAway.Init") // picocli injects the specification
  QueueSelection() {}

  @Parameters(paramLabel = "QUEUE-ID", arity = "0..1", description = "One mail.")
  private void setId(String id) {
    put("id", id);
  }

  @Option(names = "--id", paramLabel = "QUEUE-ID", hidden = true)
  private void setIdOption(String id) {
    put("id", id);
  }

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "spool, ready, active, deferred, waiting or held.")
  private void setState(String state) {
    put("state", state);
  }

  @Option(
      names = "--destination",
      paramLabel = "DEST",
      description = "A domain or host, or a lane such as remote:example.org.")
  private void setDestination(String destination) {
    put("destination", destination);
  }

  @Option(
      names = "--sender",
      paramLabel = "TEXT",
      description = "Part of the sender's address; <> for the null sender.")
  private void setSender(String sender) {
    put("sender", sender);
  }

  @Option(
      names = "--recipient",
      paramLabel = "TEXT",
      description = "Part of a recipient's address.")
  private void setRecipient(String recipient) {
    put("recipient", recipient);
  }

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      description = "Arrived longer ago than, for example, 4h.")
  private void setOlderThan(String time) {
    put("older-than", time);
  }

  @Option(
      names = "--younger-than",
      paramLabel = "TIME",
      description = "Arrived within, for example, the last 30m.")
  private void setYoungerThan(String time) {
    put("younger-than", time);
  }

  @Option(
      names = "--error",
      paramLabel = "TEXT",
      description = "Part of the last error, or of the name of the host that gave it.")
  private void setError(String error) {
    put("error", error);
  }

  @Option(
      names = "--min-size",
      paramLabel = "SIZE",
      description = "At least so large, such as 64K.")
  private void setMinSize(String size) {
    put("min-size", size);
  }

  @Option(names = "--max-size", paramLabel = "SIZE", description = "At most so large, such as 20M.")
  private void setMaxSize(String size) {
    put("max-size", size);
  }

  private void put(String name, String value) {
    // Such as a variable of a script that isn't set: without the condition, more would be meant.
    if (value.isBlank()) {
      throw new ParameterException(command.commandLine(), "the condition '" + name + "' is empty");
    }
    conditions.put(name, value);
  }

  boolean isEverything() {
    return conditions.isEmpty();
  }

  /** The state that is meant; {@code any} when none is named. */
  String state() {
    return conditions.getOrDefault("state", "any");
  }

  /** As {@link org.mansio.server.admin.QueueMXBean} reads them. */
  String conditions() {
    return conditions.entrySet().stream()
        .map(c -> c.getKey() + "=\"" + c.getValue().replaceAll("[\"\\\\]", "\\\\$0") + '"')
        .collect(Collectors.joining(" "));
  }
}
