package org.mansio.protocols.ondemand;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.mansio.spi.listener.TurnableListener;
import org.mansio.spi.smtp.OutboundSession;
import org.mansio.spi.smtp.OutboundSmtp;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.Upstream;

/**
 * Asks the first of some hosts that gives a session, once.
 *
 * @param hosts in the order they are tried
 */
record RemoteRequest(OutboundSmtp smtp, List<Upstream> hosts, Question question)
    implements RemoteQueueStart.Run {
  /** RFC 2645 §5.2.1: the answer to ATRN when no mail waits. */
  private static final int NO_MAIL = 453;

  RemoteRequest {
    hosts = List.copyOf(hosts);
  }

  /** What is asked in a session. */
  @FunctionalInterface
  interface Question {
    RunResult ask(OutboundSession session) throws IOException, InterruptedException;
  }

  /** Asks for each node by ETRN (RFC 1985); the mail comes by itself then. */
  static Question etrn(List<String> nodes) {
    return session -> {
      List<String> answers = new ArrayList<>();
      boolean good = true;
      for (String node : nodes) {
        SmtpReply reply = session.command("ETRN " + node);
        good &= reply.isPositive();
        answers.add("ETRN " + node + ": " + reply);
      }
      String text = session.peer() + " " + String.join("; ", answers);
      return good ? RunResult.success(0, text) : RunResult.failure(text);
    };
  }

  /** Fetches by ATRN (RFC 2645): {@code listener} takes the mail on the same connection. */
  static Question atrn(List<String> domains, TurnableListener listener) {
    String command = domains.isEmpty() ? "ATRN" : "ATRN " + String.join(",", domains);
    return session -> {
      SmtpReply reply = session.command(command);
      if (reply.code() == NO_MAIL) {
        return RunResult.success(0, session.peer() + " has no mail");
      }
      if (!reply.isPositive()) {
        return RunResult.failure(session.peer() + " ATRN: " + reply);
      }
      long mails = listener.serve(session.turn());
      return RunResult.success(mails, session.peer() + " ATRN: " + mails + " mails taken");
    };
  }

  @Override
  public RunResult run() throws InterruptedException {
    List<String> failures = new ArrayList<>();
    for (Upstream host : hosts) {
      try (OutboundSession session = smtp.open(host)) {
        return question.ask(session);
      } catch (IOException e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    return RunResult.failure(String.join("; ", failures));
  }
}
