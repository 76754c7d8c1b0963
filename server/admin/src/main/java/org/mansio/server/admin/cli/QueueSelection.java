package org.mansio.server.admin.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say which entries of the queue are meant; they combine by and. */
final class QueueSelection {
  @Parameters(paramLabel = "QUEUE-ID", arity = "0..1", defaultValue = "", description = "One mail.")
  String id = "";

  @Option(names = "--id", paramLabel = "QUEUE-ID", defaultValue = "", hidden = true)
  String idOption = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      defaultValue = "",
      description = "spool, ready, active, deferred, waiting or held.")
  String state = "";

  @Option(
      names = "--destination",
      paramLabel = "DEST",
      defaultValue = "",
      description = "A domain or host, or a lane such as remote:example.org.")
  String destination = "";

  @Option(
      names = "--sender",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Part of the sender's address; <> for the null sender.")
  String sender = "";

  @Option(
      names = "--recipient",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Part of a recipient's address.")
  String recipient = "";

  String id() {
    return id.isEmpty() ? idOption : id;
  }

  boolean isEverything() {
    return (id() + state + destination + sender + recipient).isEmpty();
  }
}
