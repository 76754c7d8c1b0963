package org.mansio.server.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The next server of the training's mail: takes all, counts it and forgets it. Thread-safe. */
final class TrainingSink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingSink.class);

  private static final int BACKLOG = 100;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final ServerSocket listening;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger received = new AtomicInteger();

  private TrainingSink(ServerSocket listening) {
    this.listening = listening;
  }

  /** On a free port of the loopback. */
  static TrainingSink open() throws IOException {
    ServerSocket listening = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
    TrainingSink sink = new TrainingSink(listening);
    Thread.ofVirtual().name("training-sink").start(sink::accept);
    return sink;
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many mails it has taken. */
  int received() {
    return received.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        connections.add(socket);
        Thread.ofVirtual().name("training-sink").start(() -> serve(socket));
      } catch (IOException e) {
        LOG.debug("The sink accepts no more", e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      talk(
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)),
          socket.getOutputStream());
    } catch (IOException e) {
      LOG.debug("A connection to the sink ended", e);
    } finally {
      connections.remove(socket);
    }
  }

  private void talk(BufferedReader in, OutputStream out) throws IOException {
    reply(out, "220 sink.example ESMTP");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      switch (line.split(" ", 2)[0].toUpperCase(Locale.ROOT)) {
        case "EHLO" -> reply(out, "250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME");
        case "DATA" -> {
          reply(out, "354 Go on");
          skipData(in);
          received.incrementAndGet();
          reply(out, "250 Taken");
        }
        case "QUIT" -> {
          reply(out, "221 Bye");
          return;
        }
        default -> reply(out, "250 OK");
      }
    }
  }

  private static void skipData(BufferedReader in) throws IOException {
    @Nullable String line = in.readLine();
    while (line != null && !line.equals(".")) {
      line = in.readLine();
    }
  }

  private static void reply(OutputStream out, String reply) throws IOException {
    out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : connections) {
      socket.close();
    }
  }
}
