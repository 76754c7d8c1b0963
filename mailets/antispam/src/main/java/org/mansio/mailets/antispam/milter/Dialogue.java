package org.mansio.mailets.antispam.milter;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Questions and answers over one connection. For one thread at a time. */
final class Dialogue {
  /** RFC 5321 §4.5.3.2.6: then the client gives up, and what comes later would only make it send the mail twice. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private static final char ABORT = 'A';

  private final MilterConnection connection;
  private final Macros macros;
  private final MilterOptions options;

  /** Takes the changes that a milter makes at the end of a message. */
  @FunctionalInterface
  interface Changes {
    void take(Modification modification) throws IOException;
  }

  Dialogue(MilterConnection connection, Macros macros, MilterOptions options) {
    this.connection = connection;
    this.macros = macros;
    this.options = options;
  }

  MilterConnection connection() {
    return connection;
  }

  Negotiation negotiation() {
    return connection.negotiation();
  }

  /**
   * Tells the milter of something and hears what it says; "continue" where it doesn't want to hear or to say anything.
   *
   * @throws IOException when the milter failed in any way
   */
  Reply.Decision tell(Stage stage, Subject subject, Payload data) throws IOException {
    send(stage, subject, data);
    if (!negotiation().wants(stage) || !negotiation().answers(stage)) {
      return new Reply.Continue();
    }
    return decision(stage, options.commandTimeout(), modification -> {
      throw new MilterException("changes the mail before its end");
    });
  }

  /** Ends the message; the milter may change it before it decides. */
  Reply.Decision endMessage(Subject subject, Changes changes) throws IOException {
    send(Stage.END_OF_MESSAGE, subject, new Payload());
    return decision(Stage.END_OF_MESSAGE, options.messageTimeout(), changes);
  }

  /** Gives the message up. */
  void abort() throws IOException {
    connection.send(Packet.of(ABORT));
    connection.flush();
  }

  private void send(Stage stage, Subject subject, Payload data) throws IOException {
    Negotiation negotiation = negotiation();
    if (stage.hasMacros() && stage.sinceVersion() <= negotiation.version()) {
      // Told even where the stage itself isn't wanted: macros hold on for those that come.
      Optional<Packet> packet = macros.packet(stage, negotiation, subject);
      if (packet.isPresent()) {
        connection.send(packet.get());
      }
    }
    if (negotiation.wants(stage)) {
      connection.send(data.packet(stage.code()));
    }
  }

  private Reply.Decision decision(Stage stage, Duration silence, Changes changes)
      throws IOException {
    Duration whole = silence.compareTo(LONGEST_WAIT) > 0 ? silence : LONGEST_WAIT;
    long deadline = System.nanoTime() + whole.toNanos();
    while (true) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new MilterException("was still at work after " + whole.toMinutes() + " minutes");
      }
      switch (Reply.of(connection.receive(Duration.ofNanos(Math.min(left, silence.toNanos()))))) {
        case Reply.Progress() -> {}
        case Reply.Change(Modification modification) -> changes.take(modification);
        case Reply.ConnectionFailure() ->
          throw new MilterException("says at " + stage + " that it failed");
        case Reply.Decision decision -> {
          return decision;
        }
      }
    }
  }
}
