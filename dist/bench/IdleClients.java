import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Some of the clients of {@link Idle}, in a process of their own, since each connection is an open file: opens them, says
 * so on standard output, and keeps them until standard input ends; then says how many the server has closed meanwhile. One
 * thread serves them all: the client's own weight is not what is measured.
 *
 * <pre>java IdleClients.java plain|tls|dripping PORT COUNT FIRST</pre>
 */
public final class IdleClients {
  private static final int AT_ONCE = 200;
  private static final int PER_ADDRESS = 50;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long DRIP_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final ByteBuffer EHLO = ascii("EHLO idle.example\r\n");

  private final int port;
  private final boolean tls;
  private final Selector selector = Selector.open();
  private final List<Peer> peers = new ArrayList<>();
  private final SSLContext trusting = trusting();
  private int made;
  private int lost;

  /** @param first how many clients there are in other processes: they have the addresses before */
  private IdleClients(int port, boolean tls, int first) throws IOException, GeneralSecurityException {
    this.port = port;
    this.tls = tls;
    this.made = first;
  }

  public static void main(String[] args) throws Exception {
    boolean tls = args[0].equals("tls");
    boolean dripping = args[0].equals("dripping");
    IdleClients clients =
        new IdleClients(Integer.parseInt(args[1]), tls, Integer.parseInt(args[3]));
    clients.open(Integer.parseInt(args[2]));
    clients.keep(dripping);
    System.out.println(clients.lost);
  }

  /** Opens connections, some at once, until each has its answer to EHLO. */
  private void open(int count) throws IOException {
    long start = System.nanoTime();
    long waiting = 0;
    while (peers.size() < count || waiting > 0) {
      for (; waiting < AT_ONCE && peers.size() < count; waiting++) {
        peers.add(connect());
      }
      serve(100);
      waiting = peers.stream().filter(peer -> !peer.greeted()).count();
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException(waiting + " connections without an answer");
      }
    }
    System.out.printf(Locale.ROOT, "%.1f%n", (System.nanoTime() - start) / 1e9);
  }

  private void keep(boolean dripping) throws IOException {
    long next = System.nanoTime();
    // What the other end of standard input says doesn't matter, only that it is still there.
    Thread input = Thread.ofVirtual().start(IdleClients::awaitEndOfInput);
    while (input.isAlive()) {
      if (dripping && System.nanoTime() - next >= 0) {
        next += DRIP_NANOS;
        for (Peer peer : peers) {
          peer.write(ascii("x"));
        }
      }
      serve(100);
    }
  }

  private static void awaitEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Go on.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Peer connect() throws IOException {
    SocketChannel channel = SocketChannel.open();
    int address = made++ / PER_ADDRESS;
    // 127.1.0.1 and on, so that neither ports nor limits by address run out.
    channel.bind(new InetSocketAddress(
        InetAddress.getByAddress(
            new byte[] {127, (byte) (1 + address / 62_500), (byte) (address / 250 % 250), (byte) (1 + address % 250)}),
        0));
    channel.configureBlocking(false);
    channel.connect(new InetSocketAddress("127.0.0.1", port));
    Peer peer = new Peer(channel, tls ? trusting.createSSLEngine() : null);
    channel.register(selector, SelectionKey.OP_CONNECT, peer);
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

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
