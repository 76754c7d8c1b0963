package org.mansio.queue.activemq;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.command.ActiveMQTopic;
import org.jspecify.annotations.Nullable;
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
  /** Silent for so long, a node is taken for dead. When it isn't, its shards stay with it all the same. */
  private static final Duration DEAD = Duration.ofSeconds(5);
  /** The others answer a greeting at once; before that, a new node takes nothing. */
  private static final Duration GREETING = Duration.ofMillis(500);

  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int LOOK = 100;

  private final Peer self;
  private final Broker broker;
  private final BodyPlace bodies;
  private final Map<String, Other> others = new ConcurrentHashMap<>();
  private final Map<String, LinkedBlockingQueue<Reply>> questions = new ConcurrentHashMap<>();
  private final CountDownLatch settled = new CountDownLatch(1);
  private final AtomicInteger breaks = new AtomicInteger();
  private final StopSignal closing = new StopSignal();
  private volatile IntConsumer onBreak = servers -> {};
  private volatile UnaryOperator<byte[]> answers = question -> new byte[0];
  private volatile @Nullable ActiveMQConnection connection;
  private volatile @Nullable Voice voice;
  private String told = "";

  private enum Kind {
    GREETING,
    BEAT,
    LEAVING,
    QUESTION,
    ANSWER,
    /** The question can't be answered; the octets say why. */
    REFUSAL
  }

  /** Another node, and when it was heard last, by the monotonic clock. */
  private record Other(Peer peer, long heard) {}

  private record Reply(String from, boolean refused, byte[] octets) {}

  /** @param name of this server, for people to read */
  Nodes(Broker broker, BodyPlace bodies, String name) {
    this.broker = broker;
    this.bodies = bodies;
    this.self =
        new Peer(String.format("%013d-%s", System.currentTimeMillis(), UUID.randomUUID()), name);
  }

  /** Sends to the topic. */
  private record Voice(Session session, MessageProducer producer) {
    /** @param to the id of whom it is for; empty for all */
    synchronized void say(Kind kind, Peer from, String to, String about, byte[] octets)
        throws JMSException {
      BytesMessage message = session.createBytesMessage();
      message.writeByte((byte) kind.ordinal());
      message.writeUTF(from.id());
      message.writeUTF(from.name());
      message.writeUTF(to);
      message.writeUTF(about);
      message.writeInt(octets.length);
      message.writeBytes(octets);
      producer.send(message);
    }
  }

  /** Connects for the first time, in the caller's thread. @throws JMSException when that isn't possible now */
  void connect() throws JMSException {
    ActiveMQConnection fresh = broker.connect();
    try {
      bodies.check(fresh);
      Session session = fresh.createSession(false, Session.AUTO_ACKNOWLEDGE);
      MessageProducer producer = session.createProducer(new ActiveMQTopic(QueueNames.NODES));
      producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
      voice = new Voice(session, producer);
      connection = fresh;
    } catch (JMSException e) {
      Connections.close(fresh);
      throw e;
    }
  }

  /** Whether the broker is there, and its mail's bodies are where this server's are. */
  boolean isAdmitted() {
    return voice != null;
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
        if (connection == null) {
          connect();
        }
        ActiveMQConnection current = connection;
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
    boolean wasThere = voice != null;
    voice = null;
    Connections.close(connection);
    connection = null;
    if (wasThere && !closing.isGiven() && !others.isEmpty()) {
      broke();
    }
  }

  private void broke() {
    breaks.incrementAndGet();
    onBreak.accept(others.size() + 1);
  }

  /** Once for each time that it goes away, and once more when something else is the matter. */
  private void tell(Exception failure) {
    String reason = Connections.reason(failure);
    if (!closing.isGiven() && !reason.equals(told)) {
      LOG.warn("The queue's broker is waited for: {}", reason);
    }
    told = reason;
  }

  private void listen(ActiveMQConnection current) throws JMSException {
    MessageConsumer consumer = current
        .createSession(false, Session.AUTO_ACKNOWLEDGE)
        .createConsumer(new ActiveMQTopic(QueueNames.NODES));
    told = "";
    // Those that were there before the connection broke have the time to say so again.
    long now = System.nanoTime();
    others.replaceAll((id, other) -> new Other(other.peer(), now));
    say(Kind.GREETING, "", "", new byte[0]);
    long beat = now;
    while (!closing.isGiven() && !current.isTransportFailed()) {
      Message message = consumer.receive(LOOK);
      if (message instanceof BytesMessage bytes) {
        heard(bytes);
      }
      if (System.nanoTime() - now > GREETING.toNanos()) {
        settled.countDown();
      }
      if (System.nanoTime() - beat > BEAT.toNanos()) {
        beat = System.nanoTime();
        say(Kind.BEAT, "", "", new byte[0]);
        forgetDead();
      }
    }
  }

  private void forgetDead() {
    for (Other other : others.values()) {
      if (System.nanoTime() - other.heard() > DEAD.toNanos()) {
        LOG.warn(
            "Server {} at the broker is silent; the others take its outgoing mail over",
            other.peer().name());
        broke();
        others.remove(other.peer().id());
      }
    }
  }

  private void heard(BytesMessage message) throws JMSException {
    Kind kind = Kind.values()[message.readByte()];
    Peer from = new Peer(message.readUTF(), message.readUTF());
    String to = message.readUTF();
    if (from.id().equals(self.id())) {
      return;
    }
    String about = message.readUTF();
    byte[] octets = new byte[message.readInt()];
    int ignored = message.readBytes(octets);
    if (kind == Kind.LEAVING) {
      if (others.remove(from.id()) != null) {
        LOG.info("Server {} leaves the broker; {} remain", from.name(), others.size() + 1);
      }
      return;
    }
    if (others.put(from.id(), new Other(from, System.nanoTime())) == null) {
      LOG.info(
          "Server {} is at the broker too; {} share the queue", from.name(), others.size() + 1);
    }
    if (!to.isEmpty() && !to.equals(self.id())) {
      return;
    }
    switch (kind) {
      case GREETING -> say(Kind.BEAT, "", "", new byte[0]);
      case QUESTION ->
        Thread.ofVirtual().name("queue-answer").start(() -> answer(from, about, octets));
      case ANSWER, REFUSAL -> {
        LinkedBlockingQueue<Reply> waiting = questions.get(about);
        if (waiting != null) {
          waiting.add(new Reply(from.id(), kind == Kind.REFUSAL, octets));
        }
      }
      case BEAT, LEAVING -> {
        // It lives, or has been removed above.
      }
    }
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

  private void say(Kind kind, String to, String about, byte[] octets) throws JMSException {
    Voice current = voice;
    if (current != null && (!closing.isGiven() || kind == Kind.LEAVING)) {
      current.say(kind, self, to, about, octets);
    }
  }

  /** Whether this server should have a shard. */
  boolean isOurs(int shard) {
    if (settled.getCount() > 0) {
      return false;
    }
    TreeSet<String> all = new TreeSet<>(others.keySet());
    all.add(self.id());
    return new ArrayList<>(all).get(shard % all.size()).equals(self.id());
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
    return others.values().stream().map(Other::peer).toList();
  }

  @Override
  public Replies ask(byte[] question) {
    Map<String, String> silent = new HashMap<>();
    others().forEach(peer -> silent.put(peer.id(), peer.name()));
    List<byte[]> given = new ArrayList<>();
    if (silent.isEmpty()) {
      return new Replies(given, List.of());
    }
    String about = UUID.randomUUID().toString();
    LinkedBlockingQueue<Reply> arriving = new LinkedBlockingQueue<>();
    questions.put(about, arriving);
    List<String> refused = new ArrayList<>();
    try {
      say(Kind.QUESTION, "", about, question);
      long end = System.nanoTime() + ANSWER.toNanos();
      boolean late = false;
      while (!silent.isEmpty() && !late) {
        Reply reply = arriving.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        late = reply == null;
        if (reply != null) {
          String name = silent.remove(reply.from());
          if (reply.refused()) {
            refused.add(name + " (" + new String(reply.octets(), StandardCharsets.UTF_8) + ")");
          } else {
            given.add(reply.octets());
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
    refused.addAll(silent.values());
    return new Replies(given, refused);
  }

  @Override
  public Optional<byte[]> ask(Peer peer, byte[] question, Duration patience)
      throws InterruptedException {
    String about = UUID.randomUUID().toString();
    LinkedBlockingQueue<Reply> arriving = new LinkedBlockingQueue<>();
    questions.put(about, arriving);
    try {
      say(Kind.QUESTION, peer.id(), about, question);
      long end = System.nanoTime() + patience.toNanos();
      while (others.containsKey(peer.id()) && System.nanoTime() - end < 0) {
        Reply reply = arriving.poll(BEAT.toMillis(), TimeUnit.MILLISECONDS);
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

  /** Says good-bye, so that the others needn't wait. */
  void close() {
    closing.give();
    try {
      say(Kind.LEAVING, "", "", new byte[0]);
    } catch (JMSException e) {
      LOG.debug("The others will notice by themselves: {}", e.getMessage());
    }
  }
}
