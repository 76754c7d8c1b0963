package org.mansio.queue.activemq;

import jakarta.jms.JMSException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.command.ActiveMQQueue;
import org.jspecify.annotations.Nullable;

/** A broker in a JVM of its own, which can be killed and started again on the same port. */
final class BrokerProcess implements AutoCloseable {
  private final Path directory;
  private final List<String> options;
  private final List<String> credentials;
  private URI listen;
  private @Nullable Process process;

  /**
   * One that isn't started yet.
   *
   * @param directory for its store and its log
   * @param listen with port 0 for a free one
   * @param options of its JVM
   * @param credentials user and password that it asks for; empty for none
   */
  BrokerProcess(Path directory, URI listen, List<String> options, List<String> credentials) {
    this.directory = directory;
    this.listen = listen;
    this.options = options;
    this.credentials = credentials;
  }

  /** A broker on a free port of the loopback address, without TLS or passwords, running. */
  static BrokerProcess start(Path directory) throws IOException {
    BrokerProcess broker =
        new BrokerProcess(directory, URI.create("tcp://127.0.0.1:0"), List.of(), List.of());
    broker.start();
    return broker;
  }

  /** Starts it, at the port that it had before, and returns when it accepts connections. */
  void start() throws IOException {
    List<String> command =
        new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx192m"));
    command.addAll(options);
    command.addAll(List.of(
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        BrokerMain.class.getName(),
        directory.resolve("broker").toString(),
        listen.toString()));
    command.addAll(credentials);
    File log = directory.resolve("broker.log").toFile();
    Process started = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log))
        .start();
    process = started;
    BufferedReader out = started.inputReader();
    String line = out.readLine();
    while (line != null && !line.startsWith(listen.getScheme() + "://")) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("the broker ended by itself; see " + log);
    }
    Thread.ofVirtual().start(() -> out.lines().forEach(rest -> {}));
    listen = URI.create(listen.getScheme() + "://127.0.0.1:" + URI.create(line).getPort()
        + (listen.getQuery() == null ? "" : "?" + listen.getQuery()));
  }

  /** Where it listens; known after the first start. */
  String url() {
    return listen.getScheme() + "://127.0.0.1:" + listen.getPort();
  }

  /** Deletes all queues of ours; nobody may use them. */
  void forgetMail() throws JMSException {
    ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url());
    try (ActiveMQConnection connection = (ActiveMQConnection) factory.createConnection()) {
      connection.start();
      for (String queue : List.of(QueueNames.SPOOL, QueueNames.DAMAGED, QueueNames.BODIES)) {
        connection.destroyDestination(new ActiveMQQueue(queue));
      }
      for (int shard = 0; shard < QueueNames.SHARDS; shard++) {
        connection.destroyDestination(new ActiveMQQueue(QueueNames.outgoing(shard)));
      }
    }
  }

  /** Ends it at once, as kill -9 does. */
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
