package org.mansio.queue.activemq;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
 * feeds one exclusive consumer. The same topic carries questions to all, and their answers. Thread-safe.
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

  private final String self = "%013d-%s".formatted(System.currentTimeMillis(), UUID.randomUUID());
  private final Broker broker;
  private final BodyPlace bodies;
  private final Map<String, Long> others = new ConcurrentHashMap<>();
  private final Map<String, LinkedBlockingQueue<byte[]>> questions = new ConcurrentHashMap<>();
  private final CountDownLatch settled = new CountDownLatch(1);
  private volatile UnaryOperator<byte[]> answers = question -> new byte[0];
  private volatile @Nullable ActiveMQConnection connection;
  private volatile @Nullable Voice voice;
  private final StopSignal stop = new StopSignal();
  private String told = "";

  private enum Kind {
    GREETING,
    BEAT,
    LEAVING,
    QUESTION,
    ANSWER
  }

  Nodes(Broker broker, BodyPlace bodies) {
    this.broker = broker;
    this.bodies = bodies;
  }

  /** Sends to the topic. */
  private record Voice(Session session, MessageProducer producer) {
    synchronized void say(Kind kind, String from, String about, byte[] octets) throws JMSException {
      BytesMessage message = session.createBytesMessage();
      message.writeByte((byte) kind.ordinal());
      message.writeUTF(from);
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

  @Override
  public void run() {
    while (!stop.isGiven()) {
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
        voice = null;
        Connections.close(connection);
        connection = null;
      }
      stop.pause(BEAT);
    }
  }

  /** Once for each time that it goes away, and once more when something else is the matter. */
  private void tell(Exception failure) {
    String reason = Connections.reason(failure);
    if (!stop.isGiven() && !reason.equals(told)) {
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
    others.replaceAll((node, seen) -> now);
    say(Kind.GREETING, "", new byte[0]);
    long beat = now;
    while (!stop.isGiven() && !current.isTransportFailed()) {
      Message message = consumer.receive(LOOK);
      if (message instanceof BytesMessage bytes) {
        heard(bytes);
      }
      if (System.nanoTime() - now > GREETING.toNanos()) {
        settled.countDown();
      }
      if (System.nanoTime() - beat > BEAT.toNanos()) {
        beat = System.nanoTime();
        say(Kind.BEAT, "", new byte[0]);
        forgetDead();
      }
    }
  }

  private void forgetDead() {
    others.entrySet().removeIf(other -> {
      boolean dead = System.nanoTime() - other.getValue() > DEAD.toNanos();
      if (dead) {
        LOG.warn("A server at the broker is silent; the others take its outgoing mail over");
      }
      return dead;
    });
  }

  private void heard(BytesMessage message) throws JMSException {
    Kind kind = Kind.values()[message.readByte()];
    String from = message.readUTF();
    if (from.equals(self)) {
      return;
    }
    String about = message.readUTF();
    byte[] octets = new byte[message.readInt()];
    int ignored = message.readBytes(octets);
    if (kind == Kind.LEAVING) {
      others.remove(from);
      return;
    }
    if (others.put(from, System.nanoTime()) == null) {
      LOG.info("{} servers share the queue at the broker", others.size() + 1);
    }
    switch (kind) {
      case GREETING -> say(Kind.BEAT, "", new byte[0]);
      case QUESTION -> Thread.ofVirtual().name("queue-answer").start(() -> answer(about, octets));
      case ANSWER -> {
        LinkedBlockingQueue<byte[]> waiting = questions.get(about);
        if (waiting != null) {
          waiting.add(octets);
        }
      }
      case BEAT, LEAVING -> {
        // It lives, or has been removed above.
      }
    }
  }

  private void answer(String about, byte[] question) {
    try {
      say(Kind.ANSWER, about, answers.apply(question));
    } catch (JMSException | RuntimeException e) {
      LOG.warn("Another server's question can't be answered: {}", e.toString());
    }
  }

  private void say(Kind kind, String about, byte[] octets) throws JMSException {
    Voice current = voice;
    if (current != null) {
      current.say(kind, self, about, octets);
    }
  }

  /** Whether this server should have a shard. */
  boolean isOurs(int shard) {
    if (settled.getCount() > 0) {
      return false;
    }
    TreeSet<String> all = new TreeSet<>(others.keySet());
    all.add(self);
    return new ArrayList<>(all).get(shard % all.size()).equals(self);
  }

  /** Whether no other server is known. */
  boolean isAlone() {
    return others.isEmpty();
  }

  @Override
  public List<byte[]> ask(byte[] question) {
    int expected = others.size();
    if (expected == 0) {
      return List.of();
    }
    String about = UUID.randomUUID().toString();
    LinkedBlockingQueue<byte[]> arriving = new LinkedBlockingQueue<>();
    questions.put(about, arriving);
    List<byte[]> given = new ArrayList<>();
    try {
      say(Kind.QUESTION, about, question);
      long end = System.nanoTime() + ANSWER.toNanos();
      byte[] answer = new byte[0];
      while (given.size() < expected && answer != null) {
        answer = arriving.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (answer != null) {
          given.add(answer);
        }
      }
    } catch (JMSException e) {
      LOG.debug("The other servers can't be asked: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      questions.remove(about);
    }
    if (given.size() < expected) {
      LOG.warn(
          "{} of {} other servers didn't answer: what is shown lacks theirs, and what was asked of them may not have been done",
          expected - given.size(),
          expected);
    }
    return given;
  }

  @Override
  public void answerWith(UnaryOperator<byte[]> operator) {
    answers = operator;
  }

  /** Says good-bye, so that the others needn't wait. */
  void close() {
    stop.give();
    try {
      say(Kind.LEAVING, "", new byte[0]);
    } catch (JMSException e) {
      LOG.debug("The others will notice by themselves: {}", e.getMessage());
    }
  }
}
