package org.mansio.server.processor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mansio.server.kernel.Simulation;
import org.mansio.server.kernel.Simulation.End;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;

/** Takes a mail, and what its mailets would send on the way, through a chain without effect. Used once, by one thread. */
final class ChainSimulation {
  /** Mails that are followed, the first one included: a chain that makes mails without end makes more. */
  static final int MAX_MAILS = 20;

  private final Map<String, Processor> processors;

  ChainSimulation(Map<String, Processor> processors) {
    this.processors = processors;
  }

  private record Waiting(SpooledMail mail, Optional<MailId> parent) {}

  Simulation of(SpooledMail mail) {
    List<Simulation.Way> ways = new ArrayList<>();
    Deque<Waiting> waiting = new ArrayDeque<>();
    waiting.add(new Waiting(mail, Optional.empty()));
    for (int followed = 0; followed < MAX_MAILS && !waiting.isEmpty(); followed++) {
      Waiting next = waiting.remove();
      SimulatedRun run = new SimulatedRun(next.mail(), next.parent());
      run.run(processors).forEach(sent -> waiting.add(new Waiting(sent, run.senderOf(sent.id()))));
      ways.addAll(run.ways());
    }
    return new Simulation(ways, missing(mail, ways), waiting.isEmpty());
  }

  /** Reports on the mail have recipients of their own, which may well be among those asked for. */
  private static List<MailAddress> missing(SpooledMail mail, List<Simulation.Way> ways) {
    String reversePath = mail.envelope().reversePath();
    Set<String> ended = ways.stream()
        .filter(way -> way.parent().isEmpty() || way.reversePath().equals(reversePath))
        .flatMap(way -> way.ends().stream())
        .map(End::original)
        .collect(Collectors.toSet());
    return mail.envelope().recipients().stream()
        .map(Recipient::address)
        .filter(address -> !ended.contains(address.toString()))
        .toList();
  }
}
