import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Opens many connections that then say nothing, plain ones and ones under TLS, each after its greeting and EHLO, and some
 * that send an octet a second; prints what they cost the server. Everything is on loopback, with source addresses all over
 * 127.0.0.0/8, so that neither ports nor limits by address run out. One thread serves them all: the client's own weight is
 * not what is measured.
 *
 * <pre>java Idle.java PORT TLS_PORT PLAIN TLS DRIPPING SERVER_PID</pre>
 */
public final class Idle {
  private static final int AT_ONCE = 200;
  private static final int PER_ADDRESS = 50;
  private static final long PATIENCE_NANOS = 300_000_000_000L;
  private static final int PROBES = 1000;
  private static final int DRIPS = 30;
  private static final int HISTOGRAM_LINES = 60;
  private static final ByteBuffer EHLO = ascii("EHLO idle.example\r\n");

  private final Selector selector = Selector.open();
  private final List<Peer> peers = new ArrayList<>();
  private final SSLContext trusting = trusting();
  private int made;
  private int lost;

  private Idle() throws IOException, GeneralSecurityException {}

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    int tlsPort = Integer.parseInt(args[1]);
    int plain = Integer.parseInt(args[2]);
    int tls = Integer.parseInt(args[3]);
    int dripping = Integer.parseInt(args[4]);
    long server = Long.parseLong(args[5]);
    Idle idle = new Idle();
    idle.probe("warming up", port);
    idle.probe("before", port);
    report(server, "before");
    idle.open("plain", port, false, plain);
    report(server, plain + " plain");
    idle.open("TLS", tlsPort, true, tls);
    report(server, plain + " plain and " + tls + " TLS");
    idle.probe("with all of them idle", port);
    idle.drip(port, dripping);
    report(server, "with " + dripping + " that drip besides");
    if (System.getenv("IDLE_HISTOGRAM") != null) {
      histogram(server);
    }
    System.out.printf("connections lost: %d%n", idle.lost);
    System.exit(idle.lost == 0 ? 0 : 1);
  }

  /** Opens connections, some at once, until each has its answer to EHLO. */
  private void open(String kind, int port, boolean tls, int count) throws IOException {
    long start = System.nanoTime();
    List<Peer> mine = new ArrayList<>();
    while (mine.size() < count || mine.stream().anyMatch(peer -> !peer.greeted())) {
      long waiting = mine.stream().filter(peer -> !peer.greeted()).count();
      for (; waiting < AT_ONCE && mine.size() < count; waiting++) {
        mine.add(connect(port, tls));
      }
      serve(100);
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException(waiting + " connections without an answer");
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d %s connections opened, %.0f a second, %d at once%n",
        count,
        kind,
        count / seconds(start),
        AT_ONCE);
  }

  private Peer connect(int port, boolean tls) throws IOException {
    SocketChannel channel = SocketChannel.open();
    int address = made++ / PER_ADDRESS;
    // 127.1.0.1 and on.
    channel.bind(new InetSocketAddress(
        InetAddress.getByAddress(
            new byte[] {127, (byte) (1 + address / 62_500), (byte) (address / 250 % 250), (byte) (1 + address % 250)}),
        0));
    channel.configureBlocking(false);
    channel.connect(new InetSocketAddress("127.0.0.1", port));
    Peer peer = new Peer(channel, tls ? trusting.createSSLEngine() : null);
    channel.register(selector, SelectionKey.OP_CONNECT, peer);
    peers.add(peer);
    return peer;
  }

  /** Moves what can be moved; waits so long for something. */
  private void serve(long millis) throws IOException {
    selector.select(
        key -> {
          Peer peer = (Peer) key.attachment();
          try {
            peer.ready(key);
          } catch (IOException e) {
            lost++;
            System.err.println("lost: " + e);
            key.cancel();
            peer.close();
          }
        },
        millis);
  }

  /** How fast the server still takes connections: one after the other, until each has its greeting. */
  private void probe(String when, int port) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < PROBES; i++) {
      Peer peer = connect(port, false);
      await(peer::greeted);
      peers.remove(peer);
      peer.close();
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f connections a second, one after the other%n",
        when,
        PROBES / seconds(start));
  }

  private void drip(int port, int count) throws IOException {
    if (count == 0) {
      return;
    }
    List<Peer> dripping = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      dripping.add(connect(port, false));
    }
    await(() -> dripping.stream().allMatch(Peer::greeted));
    for (int second = 0; second < DRIPS; second++) {
      for (Peer peer : dripping) {
        peer.write(ascii("x"));
      }
      long next = System.nanoTime() + 1_000_000_000L;
      await(() -> System.nanoTime() - next > 0);
    }
    probe("while " + count + " drip", port);
  }

  private void await(BooleanSupplier condition) throws IOException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      serve(10);
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException("no answer");
      }
    }
  }

  /** One connection. */
  private static final class Peer {
    private final SocketChannel channel;
    private SSLEngine engine;
    private final Deque<ByteBuffer> toSend = new ArrayDeque<>();
    private ByteBuffer encrypted = ByteBuffer.allocate(0);
    private String heard = "";
    private boolean saidHello;

    Peer(SocketChannel channel, SSLEngine engine) {
      this.channel = channel;
      this.engine = engine;
      if (engine != null) {
        engine.setUseClientMode(true);
      }
    }

    boolean greeted() {
      return saidHello && heard.contains("\r\n250 ");
    }

    void ready(SelectionKey key) throws IOException {
      if (key.isConnectable()) {
        channel.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        if (engine != null) {
          engine.beginHandshake();
          shake();
        }
      } else if (key.isReadable()) {
        read();
      }
    }

    private void read() throws IOException {
      ByteBuffer octets = ByteBuffer.allocate(1 << 15);
      if (channel.read(octets) < 0) {
        throw new IOException("closed by the server after: " + heard);
      }
      octets.flip();
      if (engine == null) {
        hear(octets);
        return;
      }
      encrypted = ByteBuffer.allocate(encrypted.remaining() + octets.remaining())
          .put(encrypted)
          .put(octets)
          .flip();
      shake();
    }

    /** As far as TLS gets with what is there. */
    private void shake() throws IOException {
      ByteBuffer text = ByteBuffer.allocate(1 << 15);
      while (true) {
        switch (engine.getHandshakeStatus()) {
          case NEED_TASK -> engine.getDelegatedTask().run();
          case NEED_WRAP -> write(ByteBuffer.allocate(0));
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
            SSLEngineResult result = engine.unwrap(encrypted, text);
            text.flip();
            hear(text);
            text.clear();
            if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW
                || (!encrypted.hasRemaining()
                    && result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING)) {
              return;
            }
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
              throw new SSLException("closed by the server");
            }
          }
        }
      }
    }

    private void hear(ByteBuffer octets) throws IOException {
      heard += StandardCharsets.ISO_8859_1.decode(octets);
      if (!saidHello && heard.startsWith("220 ") && heard.endsWith("\r\n")) {
        saidHello = true;
        write(EHLO.duplicate());
      }
    }

    void write(ByteBuffer octets) throws IOException {
      if (engine != null) {
        ByteBuffer record = ByteBuffer.allocate(1 << 15);
        engine.wrap(octets, record);
        octets = record.flip();
      }
      while (octets.hasRemaining()) {
        // So little that a socket always has room for it.
        channel.write(octets);
      }
    }

    void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static SSLContext trusting() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager any = new X509TrustManager() {
      @Override
      public void checkClientTrusted(X509Certificate[] chain, String authType) {}

      @Override
      public void checkServerTrusted(X509Certificate[] chain, String authType) {}

      @Override
      public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
      }
    };
    context.init(null, new TrustManager[] {any}, null);
    return context;
  }

  private static void report(long pid, String when) throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
    System.out.printf(
        "%s: RSS %d MiB, peak %d MiB, %d threads%n",
        when,
        number(status, "VmRSS") / 1024,
        number(status, "VmHWM") / 1024,
        number(status, "Threads"));
  }

  /** What lies on the server's heap, after a collection. */
  private static void histogram(long pid) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    for (String command : List.of("GC.class_histogram", "GC.heap_info")) {
      Process process = new ProcessBuilder(jcmd, Long.toString(pid), command)
          .redirectErrorStream(true)
          .start();
      process.inputReader().lines().limit(HISTOGRAM_LINES).forEach(System.out::println);
      process.destroy();
      process.waitFor();
    }
  }

  private static long number(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
