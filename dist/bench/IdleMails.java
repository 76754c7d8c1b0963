import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Mail that goes through the server of {@link Idle} to a sink of its own. Closing it closes the sink. */
final class IdleMails implements AutoCloseable {
  private static final int SESSIONS = 10;
  private static final int EACH = 100;
  private static final long PATIENCE_SECONDS = 300;
  private static final String MESSAGE = "Subject: idle\r\n\r\n" + "x".repeat(70) + "\r\n";

  private final int port;
  private final ServerSocket sink;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore arrived = new Semaphore(0);

  IdleMails(int port, int sinkPort) throws IOException {
    this.port = port;
    this.sink = new ServerSocket(sinkPort, 100, InetAddress.getLoopbackAddress());
    threads.submit(this::accept);
  }

  /** Sends some over several sessions, and waits until the sink has them all. */
  void send(String when) throws IOException, InterruptedException {
    long start = System.nanoTime();
    List<Future<?>> sessions = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(threads.submit(() -> {
        session();
        return null;
      }));
    }
    try {
      for (Future<?> session : sessions) {
        session.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    double taken = (System.nanoTime() - start) / 1e9;
    int count = SESSIONS * EACH;
    if (!arrived.tryAcquire(count, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException(arrived.availablePermits() + " of " + count + " mails arrived");
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %d mails from %d sessions, %.0f a second taken, %.0f a second at the sink%n",
        when,
        count,
        SESSIONS,
        count / taken,
        count * 1e9 / (System.nanoTime() - start));
  }

  private void session() throws IOException {
    try (Talk server = new Talk(new Socket(InetAddress.getLoopbackAddress(), port))) {
      server.expect("220");
      server.ask("EHLO mails.example", "250");
      for (int i = 0; i < EACH; i++) {
        server.ask("MAIL FROM:<a@bench.example>", "250");
        server.ask("RCPT TO:<b@sink.example>", "250");
        server.ask("DATA", "354");
        server.ask(MESSAGE + ".", "250");
      }
      server.ask("QUIT", "221");
    }
  }

  private void accept() {
    while (!sink.isClosed()) {
      try {
        Socket client = sink.accept();
        threads.submit(() -> {
          take(client);
          return null;
        });
      } catch (IOException e) {
        if (!sink.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void take(Socket client) throws IOException {
    try (Talk peer = new Talk(client)) {
      peer.say("220 sink.example");
      for (String line = peer.line(); line != null && !line.equals("QUIT"); line = peer.line()) {
        if (line.equals("DATA")) {
          peer.say("354 go on");
          while (!".".equals(line)) {
            line = peer.line();
          }
          arrived.release();
        }
        peer.say("250 ok");
      }
      peer.say("221 bye");
    }
  }

  /** One end of a connection. */
  private static final class Talk implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Talk(Socket socket) throws IOException {
      this.socket = socket;
      socket.setTcpNoDelay(true);
      in = new BufferedReader(
          new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    String line() throws IOException {
      return in.readLine();
    }

    void say(String line) throws IOException {
      socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    void ask(String line, String code) throws IOException {
      say(line);
      expect(code);
    }

    void expect(String code) throws IOException {
      String reply = line();
      while (reply != null && reply.startsWith(code + "-")) {
        reply = line();
      }
      if (reply == null || !reply.startsWith(code + " ")) {
        throw new IOException("expected " + code + ", got " + reply);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    sink.close();
    threads.shutdownNow();
  }
}
