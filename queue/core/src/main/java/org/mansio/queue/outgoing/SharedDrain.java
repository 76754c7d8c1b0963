package org.mansio.queue.outgoing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.mansio.queue.log.Peers;
import org.mansio.queue.log.Peers.Peer;
import org.mansio.queue.record.Answer;
import org.mansio.queue.record.ControlCodec;
import org.mansio.queue.record.DamagedRecordException;
import org.mansio.queue.record.Question;
import org.mansio.queue.record.Question.Topic;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.QueueControl.Drained;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the lanes of some domains over one connection (RFC 2645), whichever of the servers that share the queue hold them.
 * The server that has the connection asks one after the other to drain what it holds; each makes its attempts as ever, but
 * over a transport that hands the mail back to the asking server, which delivers and tells what came of it. So an entry is
 * changed by the server that holds it alone. Thread-safe.
 */
final class SharedDrain {
  private static final Logger LOG = LoggerFactory.getLogger(SharedDrain.class);

  /** RFC 5321 §4.5.3.2: the time-outs of one mail with some recipients, from MAIL to the reply to the data. */
  private static final Duration ONE_MAIL = Duration.ofMinutes(30);

  /** How long another server may take with all that it holds; one that dies is noticed at once. */
  private static final Duration ALL_OF_ONE = Duration.ofHours(4);

  private static final Duration COUNT = Duration.ofSeconds(5);

  private static final String OVER = "the connection of the request is over";

  private final OutgoingControl own;
  private final Peers peers;
  private final TransportCalls transports;
  private final RecordCodec codec;
  private final TraceLog trace;
  private final Map<String, Connection> connections = new ConcurrentHashMap<>();

  SharedDrain(
      OutgoingControl own,
      Peers peers,
      TransportCalls transports,
      RecordCodec codec,
      TraceLog trace) {
    this.own = own;
    this.peers = peers;
    this.transports = transports;
    this.codec = codec;
    this.trace = trace;
  }

  /** What {@code QueueControl.drain} says. */
  Drained of(Collection<String> domains, Transport through) throws InterruptedException {
    Connection connection = new Connection(through);
    String id = peers.self().id() + '/' + UUID.randomUUID();
    connections.put(id, connection);
    try {
      Drained here = own.drain(domains, connection);
      long offered = here.offered();
      long left = here.left();
      String wanted = String.join(" ", domains);
      List<String> unknown = new ArrayList<>();
      for (Peer peer : peers.others()) {
        if (!connection.down) {
          OptionalLong there = ask(peer, Topic.DRAIN, id + ' ' + wanted, ALL_OF_ONE);
          offered += there.orElse(0);
          if (there.isEmpty()) {
            LOG.warn(
                "Server {} at the broker didn't say what it offered: mail that it holds for {} may wait for the next request",
                peer.name(),
                wanted);
          }
        }
        OptionalLong rest = ask(peer, Topic.LEFT, wanted, COUNT);
        left += rest.orElse(0);
        if (rest.isEmpty()) {
          unknown.add(peer.name());
        }
      }
      connection.end();
      return new Drained(offered, left, unknown);
    } finally {
      connections.remove(id);
    }
  }

  /** @return empty when it gives no answer, or none that can be read */
  private OptionalLong ask(Peer peer, Topic topic, String text, Duration patience)
      throws InterruptedException {
    Question question = Question.about(topic, QueueFilter.all(), text);
    Optional<byte[]> answer = peers.ask(peer, ControlCodec.encode(question), patience);
    if (answer.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(ControlCodec.decodeAnswer(answer.get()).number());
    } catch (DamagedRecordException | IllegalArgumentException e) {
      LOG.warn("Server {}'s answer can't be read: {}", peer.name(), e.getMessage());
      return OptionalLong.empty();
    }
  }

  /** Another server has a connection and asks for what this one holds. */
  Answer drainFor(String text) {
    List<String> words = List.of(text.split(" "));
    String id = words.getFirst();
    Peer peer = new Peer(id.substring(0, id.indexOf('/')), "");
    Peer asking = peers.others().stream()
        .filter(other -> other.id().equals(peer.id()))
        .findFirst()
        .orElse(peer);
    try {
      List<String> domains = words.subList(1, words.size());
      return Answer.of(own.drain(domains, new Lent(asking, id)).offered());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.NONE;
    }
  }

  /** How many entries this server has for domains. */
  Answer left(String domains) {
    return Answer.of(own.left(List.of(domains.split(" "))));
  }

  /** Delivers what another server holds, over a connection that this one has. */
  Answer offered(String id, byte[] record) throws DamagedRecordException {
    Connection connection = connections.get(id);
    if (connection == null || !(codec.decode(record) instanceof QueueRecord.Waiting waiting)) {
      return Answer.NONE;
    }
    Delivery delivery =
        new Delivery(waiting.mail(), waiting.route().orElseThrow(), waiting.attempts());
    return transports
        .deliverForOther(delivery, connection)
        .map(Answer::ofReport)
        .orElse(Answer.NONE);
  }

  private static DeliveryReport defer(Delivery delivery, String reason) {
    return DeliveryReport.forAll(
        delivery,
        recipient ->
            new RecipientResult.Deferred(AttemptOutcome.UNDEFINED, Optional.empty(), reason),
        true);
  }

  /**
   * The connection that mail is drained to; remembers when it is down. It takes one mail at a time: when the answer of one
   * server is lost, what it hands over may still be under way while the next one is asked.
   */
  private static final class Connection implements Transport {
    private final Transport through;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean down;

    Connection(Transport through) {
      this.through = through;
    }

    @Override
    public String name() {
      return through.name();
    }

    @Override
    public DeliveryReport deliver(Delivery delivery) throws Exception {
      turn.lockInterruptibly();
      try {
        if (down) {
          return defer(delivery, OVER);
        }
        DeliveryReport report = through.deliver(delivery);
        down |= report.laneDown();
        return report;
      } finally {
        turn.unlock();
      }
    }

    /** Nothing more is handed over; returns when what is under way is done. */
    void end() throws InterruptedException {
      turn.lockInterruptibly();
      down = true;
      turn.unlock();
    }
  }

  /** The connection of another server. */
  private final class Lent implements Transport {
    private final Peer peer;
    private final String drain;

    Lent(Peer peer, String drain) {
      this.peer = peer;
      this.drain = drain;
    }

    @Override
    public String name() {
      return "connection of " + peer.name();
    }

    @Override
    public DeliveryReport deliver(Delivery delivery) throws InterruptedException {
      QueueRecord.Waiting waiting = new QueueRecord.Waiting(
          UUID.randomUUID(),
          1,
          Optional.of(delivery.route()),
          false,
          delivery.attempt(),
          delivery.mail().arrival(),
          Optional.empty(),
          Optional.empty(),
          delivery.mail());
      byte[] question = ControlCodec.encode(Question.offer(drain, codec.encode(waiting)));
      try {
        Optional<byte[]> answer = peers.ask(peer, question, ONE_MAIL);
        if (answer.isPresent()) {
          return ControlCodec.decodeAnswer(answer.get())
              .report()
              .orElseGet(() -> defer(delivery, OVER));
        }
      } catch (InterruptedException e) {
        mark(delivery);
        throw e;
      } catch (DamagedRecordException e) {
        LOG.warn("Server {}'s answer can't be read: {}", peer.name(), e.getMessage());
      }
      mark(delivery);
      return defer(
          delivery,
          "server " + peer.name() + " has the connection of the request and didn't say what came of"
              + " the mail");
    }

    private void mark(Delivery delivery) {
      trace.record(Repetition.of(
          delivery.mail(),
          delivery.route().lane(),
          "may have been handed over by server " + peer.name() + ", which didn't say so"));
    }
  }
}
