package org.mansio.queue.activemq;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.apache.activemq.ActiveMQConnection;
import org.jspecify.annotations.Nullable;
import org.mansio.queue.activemq.NodeMessage.Kind;
import org.mansio.queue.log.Peers;
import org.mansio.queue.log.StopSignal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers at a broker. Each tells on a topic every second that it lives; those that live share the shards evenly, in the
 * order in which they started. This decides only who asks for a shard: that never two have one is the broker's doing, which
 * feeds one exclusive consumer. The same topic carries questions to all or to one, and their answers. Thread-safe.
 */
final class Nodes implements Peers, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

  private static final Duration BEAT = Duration.ofSeconds(1);
  /** The others answer a greeting at once; before that, a new node takes nothing. */
  private static final Duration GREETING = Duration.ofMillis(500);

  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int LOOK = 100;

  /** How long the end waits for answers under way: without one, what was asked for may be done twice. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

  /** So many senders are named whose messages can't be read. */
  private static final int NAMED = 20;

  private final Peer self;
  private final Broker broker;
  private final BodyPlace bodies;
  private final Roster others = new Roster(System::nanoTime);
  private final Map<String, LinkedBlockingQueue<Reply>> questions = new ConcurrentHashMap<>();
  private final CountDownLatch settled = new CountDownLatch(1);
  private final AtomicInteger breaks = new AtomicInteger();
  private final StopSignal closing = new StopSignal();
  private volatile IntConsumer onBreak = servers -> {};
  private volatile UnaryOperator<byte[]> answers = question -> new byte[0];
  private volatile @Nullable NodeLink link;
  private final Set<Thread> answering = ConcurrentHashMap.newKeySet();
  private final Set<String> unread = new HashSet<>();
  private String told = "";

  private record Reply(String from, boolean refused, byte[] octets) {}

  /** @param name of this server, for people to read */
  Nodes(Broker broker, BodyPlace bodies, String name) {
    this.broker = broker;
    this.bodies = bodies;
    this.self =
        new Peer(String.format("%013d-%s", System.currentTimeMillis(), UUID.randomUUID()), name);
  }

  /** Connects for the first time, in the caller's thread. @throws JMSException when that isn't possible now */
  void connect() throws JMSException {
    ActiveMQConnection fresh = broker.connect();
    try {
      // Else a broker that is full and lets senders wait would keep the start from going on.
      fresh.setSendTimeout((int) ANSWER.toMillis());
      bodies.check(fresh);
      // What is said to the others waits for no answer of the broker.
      fresh.setSendTimeout(0);
      link = new NodeLink(fresh);
    } catch (JMSException e) {
      Connections.close(fresh);
      throw e;
    }
  }

  /** Whether the broker is there, and its mail's bodies are where this server's are. */
  boolean isAdmitted() {
    return link != null;
  }

  /** Hears of each {@link #breaks}, with the number of servers that there were. */
  void onBreak(IntConsumer listener) {
    onBreak = listener;
  }

  /**
   * How often something broke off that another server may have had under way: such a server fell silent, or the broker that
   * others use too was lost.
   */
  int breaks() {
    return breaks.get();
  }

  @Override
  public void run() {
    while (!closing.isGiven()) {
      try {
        if (link == null) {
          connect();
        }
        NodeLink current = link;
        if (current != null) {
          listen(current);
        }
      } catch (JMSException | RuntimeException e) {
        tell(e);
      } finally {
        lost();
      }
      closing.pause(BEAT);
    }
  }

  private void lost() {
    NodeLink former = link;
    link = null;
    if (former == null) {
      return;
    }
    Connections.close(former.connection());
    if (!closing.isGiven() && !others.isEmpty()) {
      broke();
    }
  }

  private void broke() {
    breaks.incrementAndGet();
    onBreak.accept(others.size() + 1);
  }

  /** Told first: who takes over what it had is to know. */
  private void brokeOff(Peer peer) {
    broke();
    others.remove(peer);
  }

  /** Once for each time that it goes away, and once more when something else is the matter. */
  private void tell(Exception failure) {
    String reason = Connections.reason(failure);
    if (!closing.isGiven() && !reason.equals(told)) {
      LOG.warn("The queue's broker is waited for: {}", reason);
    }
    told = reason;
  }

  private void listen(NodeLink current) throws JMSException {
    told = "";
    // Those that were there before the connection broke have the time to say so again.
    others.spare();
    say(Kind.GREETING);
    long now = System.nanoTime();
    long beat = now;
    while (!closing.isGiven() && !current.connection().isTransportFailed()) {
      Message message = current.consumer().receive(LOOK);
      if (message instanceof BytesMessage bytes) {
        Optional<NodeMessage> said = NodeMessage.read(bytes);
        if (said.isPresent()) {
          heard(said.get());
        } else {
          passOver(message);
        }
      }
      if (System.nanoTime() - now > GREETING.toNanos()) {
        settled.countDown();
      }
      if (System.nanoTime() - beat > BEAT.toNanos()) {
        beat = System.nanoTime();
        say(Kind.BEAT);
        forgetDead();
      }
    }
    if (closing.isGiven()) {
      // So that the others needn't wait.
      say(Kind.LEAVING);
    }
  }

  private void forgetDead() {
    for (Peer peer : others.silent()) {
      LOG.warn(
          "Server {} at the broker is silent; the others take its outgoing mail over", peer.name());
      brokeOff(peer);
    }
  }

  /** What isn't a message of ours must not end the connection for all the others'. */
  private void passOver(Message message) throws JMSException {
    String id = String.valueOf(message.getJMSMessageID());
    // As ActiveMQ writes them, "ID:host-…:connection:session:producer:number".
    String sender = id.replaceFirst("(:\\d+){3}$", "");
    if (unread.size() < NAMED && unread.add(sender)) {
      LOG.warn(
          "What {} says on topic {} isn't understood and passed over; is a server of another version at the broker?",
          sender,
          QueueNames.NODES);
    }
  }

  private void heard(NodeMessage said) throws JMSException {
    Peer from = said.from();
    if (from.id().equals(self.id())) {
      return;
    }
    if (said.kind() == Kind.LEAVING) {
      if (others.remove(from)) {
        LOG.info("Server {} leaves the broker; {} remain", from.name(), others.size() + 1);
      }
      return;
    }
    if (said.kind() == Kind.GREETING) {
      for (Peer former : others.formerOf(from)) {
        LOG.info("Server {} at the broker broke off and is back", former.name());
        brokeOff(former);
      }
    }
    if (others.heard(from, said.isUnderstood(), said.kind() == Kind.GREETING)) {
      LOG.info(
          "Server {} is at the broker too; {} share the queue", from.name(), others.size() + 1);
      if (!said.isUnderstood()) {
        LOG.warn(
            "Server {} speaks version {}, this one {}: neither shows or changes what the other holds",
            from.name(),
            said.version(),
            NodeMessage.VERSION);
      }
    }
    if (!said.to().isEmpty() && !said.to().equals(self.id())) {
      return;
    }
    switch (said.kind()) {
      case GREETING -> say(Kind.BEAT);
      case QUESTION -> beginAnswer(said);
      case ANSWER, REFUSAL -> {
        LinkedBlockingQueue<Reply> waiting = questions.get(said.about());
        if (waiting != null) {
          waiting.add(new Reply(from.id(), said.kind() == Kind.REFUSAL, said.octets()));
        }
      }
      case BEAT, LEAVING -> {
        // It lives, or has been removed above.
      }
    }
  }

  private void beginAnswer(NodeMessage question) {
    Thread thread = Thread.ofVirtual().name("queue-answer").unstarted(() -> {
      try {
        answer(question.from(), question.about(), question.octets());
      } finally {
        answering.remove(Thread.currentThread());
      }
    });
    answering.add(thread);
    thread.start();
  }

  private void answer(Peer asking, String about, byte[] question) {
    try {
      try {
        say(Kind.ANSWER, asking.id(), about, answers.apply(question));
      } catch (RuntimeException e) {
        LOG.warn("A question of server {} can't be answered: {}", asking.name(), e.toString());
        byte[] reason = Connections.reason(e).getBytes(StandardCharsets.UTF_8);
        say(Kind.REFUSAL, asking.id(), about, reason);
      }
    } catch (JMSException e) {
      LOG.warn("Server {} can't be answered: {}", asking.name(), e.getMessage());
    }
  }

  private void say(Kind kind) throws JMSException {
    say(NodeMessage.of(kind, self));
  }

  private void say(Kind kind, String to, String about, byte[] octets) throws JMSException {
    say(NodeMessage.of(kind, self, to, about, octets));
  }

  private void say(NodeMessage message) throws JMSException {
    NodeLink current = link;
    if (current != null) {
      current.say(message);
    }
  }

  /** Whether this server should have a shard. */
  boolean isOurs(int shard) {
    return settled.getCount() == 0 && others.isTurnOf(self, shard);
  }

  /** Whether no other server is known. */
  boolean isAlone() {
    return others.isEmpty();
  }

  @Override
  public Peer self() {
    return self;
  }

  @Override
  public List<Peer> others() {
    return others.peers();
  }

  @Override
  public Replies ask(byte[] question) {
    Map<String, Peer> silent = new HashMap<>();
    List<String> refused = new ArrayList<>();
    for (Peer peer : others()) {
      if (others.understands(peer)) {
        silent.put(peer.id(), peer);
      } else {
        refused.add(peer.name() + " (speaks another version)");
      }
    }
    List<Given> given = new ArrayList<>();
    if (silent.isEmpty()) {
      return new Replies(given, refused);
    }
    String about = UUID.randomUUID().toString();
    LinkedBlockingQueue<Reply> arriving = new LinkedBlockingQueue<>();
    questions.put(about, arriving);
    try {
      say(Kind.QUESTION, "", about, question);
      long end = System.nanoTime() + ANSWER.toNanos();
      boolean late = false;
      while (!silent.isEmpty() && !late) {
        Reply reply = arriving.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        late = reply == null;
        Peer from = reply == null ? null : silent.remove(reply.from());
        if (reply != null && from != null) {
          if (reply.refused()) {
            refused.add(
                from.name() + " (" + new String(reply.octets(), StandardCharsets.UTF_8) + ")");
          } else {
            given.add(new Given(from, reply.octets()));
          }
        }
      }
    } catch (JMSException e) {
      LOG.debug("The other servers can't be asked: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      questions.remove(about);
    }
    silent.values().forEach(peer -> refused.add(peer.name()));
    return new Replies(given, refused);
  }

  @Override
  public Optional<byte[]> ask(Peer peer, byte[] question, Duration patience)
      throws InterruptedException {
    NodeLink asked = link;
    int greetings = others.greetings(peer);
    if (asked == null) {
      return Optional.empty();
    }
    String about = UUID.randomUUID().toString();
    LinkedBlockingQueue<Reply> arriving = new LinkedBlockingQueue<>();
    questions.put(about, arriving);
    try {
      asked.say(NodeMessage.of(Kind.QUESTION, self, peer.id(), about, question));
      long end = System.nanoTime() + patience.toNanos();
      boolean waits = true;
      while (waits) {
        // Before the last look: what ends the wait may have come right behind the answer.
        waits = System.nanoTime() - end < 0
            && link == asked
            && others.understands(peer)
            && others.greetings(peer) == greetings
            && !closing.isGiven();
        Reply reply = arriving.poll(waits ? BEAT.toMillis() : 0, TimeUnit.MILLISECONDS);
        if (reply != null) {
          return reply.refused() ? Optional.empty() : Optional.of(reply.octets());
        }
      }
    } catch (JMSException e) {
      LOG.debug("Server {} can't be asked: {}", peer.name(), e.getMessage());
    } finally {
      questions.remove(about);
    }
    return Optional.empty();
  }

  @Override
  public void answerWith(UnaryOperator<byte[]> operator) {
    answers = operator;
  }

  /** Answers what is under way, and lets {@link #run} say good-bye. */
  void close() {
    long end = System.nanoTime() + LAST_ANSWERS.toNanos();
    try {
      for (Thread thread : answering) {
        thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closing.give();
  }
}
