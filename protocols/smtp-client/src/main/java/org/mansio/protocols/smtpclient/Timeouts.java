package org.mansio.protocols.smtpclient;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * How long the client waits at each stage.
 *
 * @param connect for the TCP connection
 * @param greeting for the first reply
 * @param command for a reply to a command without a time of its own: EHLO, STARTTLS with its handshake, AUTH, RSET
 * @param mail for the reply to MAIL
 * @param rcpt for the reply to each RCPT
 * @param data for the 354 to DATA
 * @param block for the peer to take each block of the message
 * @param end for the reply to the final dot; too short a time makes duplicates (RFC 5321 §4.5.3.2.6)
 */
public record Timeouts(
    Duration connect,
    Duration greeting,
    Duration command,
    Duration mail,
    Duration rcpt,
    Duration data,
    Duration block,
    Duration end) {

  /** The minima of RFC 5321 §4.5.3.2; 30 s to connect, so that one dead address does not cost minutes. */
  public static final Timeouts STANDARD = new Timeouts(
      Duration.ofSeconds(30),
      Duration.ofMinutes(5),
      Duration.ofMinutes(5),
      Duration.ofMinutes(5),
      Duration.ofMinutes(5),
      Duration.ofMinutes(2),
      Duration.ofMinutes(3),
      Duration.ofMinutes(10));

  /** @throws IllegalArgumentException when a time isn't positive */
  public Timeouts {
    Stream.of(connect, greeting, command, mail, rcpt, data, block, end).forEach(time -> {
      if (!time.isPositive()) {
        throw new IllegalArgumentException("a time-out must be positive: " + time);
      }
    });
  }

  /** The same with another time to connect. */
  public Timeouts withConnect(Duration newConnect) {
    return new Timeouts(newConnect, greeting, command, mail, rcpt, data, block, end);
  }

  /** The same time for each stage behind the connection. */
  public Timeouts withEach(Duration time) {
    return new Timeouts(connect, time, time, time, time, time, time, time);
  }
}
