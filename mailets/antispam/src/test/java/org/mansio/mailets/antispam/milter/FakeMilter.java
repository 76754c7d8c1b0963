package org.mansio.mailets.antispam.milter;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A milter on a real socket that does what the test says. Unless told otherwise it wants to hear all and answers "continue",
 * octet by octet, so that every packet arrives in pieces. Thread-safe.
 */
final class FakeMilter implements AutoCloseable {
  /** As an answer: the connection is closed. */
  static final List<Packet> CLOSE = List.of();

  /** As an answer: nothing is said. */
  static final List<Packet> SILENCE = List.of(new Packet('\0', new byte[0]));

  static final List<Packet> CONTINUE = List.of(Packet.of('c'));

  private static final String UNANSWERED = "DAQK";

  private final ServerSocketChannel listener;
  private final List<SocketChannel> channels = new CopyOnWriteArrayList<>();
  private final Map<Character, Deque<List<Packet>>> answers = new ConcurrentHashMap<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Map<Character, Map<String, String>> macros = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Packet negotiation = negotiation(6, 0x1FF, 0).packet('O');
  private volatile int unanswered;

  private FakeMilter(ServerSocketChannel listener, SocketAddress address) {
    this.listener = listener;
    try {
      listener.bind(address, 200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  static FakeMilter inet() {
    try {
      return new FakeMilter(
          ServerSocketChannel.open(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FakeMilter unix(Path socket) {
    try {
      return new FakeMilter(
          ServerSocketChannel.open(StandardProtocolFamily.UNIX),
          UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The setting {@code address}. */
  String address() {
    try {
      return switch (listener.getLocalAddress()) {
        case InetSocketAddress inet -> "inet:" + inet.getPort() + "@127.0.0.1";
        case UnixDomainSocketAddress unix -> "unix:" + unix.getPath();
        default -> throw new IllegalStateException();
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Payload negotiation(int version, int actions, int steps) {
    return new Payload().uint32(version).uint32(actions).uint32(steps);
  }

  /** Answers the negotiation so. */
  FakeMilter negotiating(Payload answer) {
    negotiation = answer.packet('O');
    return this;
  }

  /** Wants all actions of version 6 and these steps. */
  FakeMilter steps(int steps) {
    unanswered = Arrays.stream(Stage.values())
        .mapToInt(Stage::unanswered)
        .filter(bit -> (steps & bit) != 0)
        .reduce(0, (a, b) -> a | b);
    return negotiating(negotiation(6, 0x1FF, steps));
  }

  /** Answers a command so, the first time; each further call is for the next time, the last one holds on. */
  FakeMilter on(char command, List<Packet> answer) {
    answers.computeIfAbsent(command, c -> new ArrayDeque<>()).add(answer);
    return this;
  }

  FakeMilter on(char command, Packet... answer) {
    return on(command, List.of(answer));
  }

  static Packet reply(char code, String... texts) {
    Payload data = new Payload();
    for (String text : texts) {
      data.latin1(text);
    }
    return data.packet(code);
  }

  static Packet reply(char code, int index, String... texts) {
    Payload data = new Payload().uint32(index);
    for (String text : texts) {
      data.latin1(text);
    }
    return data.packet(code);
  }

  static Packet body(String octets) {
    return new Packet('b', octets.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** What was said: the code and the data, each NUL as a bar; macros not. */
  List<String> heard() {
    return List.copyOf(heard);
  }

  /** Only the codes. */
  String codes() {
    StringBuilder codes = new StringBuilder();
    heard.forEach(packet -> codes.append(packet.charAt(0)));
    return codes.toString();
  }

  /** The macros told last for a command. */
  Map<String, String> macros(char command) {
    return macros.getOrDefault(command, Map.of());
  }

  int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        if (channel.getLocalAddress() instanceof InetSocketAddress) {
          // Else each octet waits for the one before to be acknowledged.
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        channels.add(channel);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(channel));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      while (true) {
        ByteBuffer length = read(channel, Integer.BYTES);
        ByteBuffer octets = read(channel, length.getInt());
        char code = (char) octets.get();
        byte[] data = new byte[octets.remaining()];
        octets.get(data);
        hear(code, data);
        List<Packet> answer = answer(code);
        if (answer == CLOSE && UNANSWERED.indexOf(code) < 0 || code == 'Q') {
          return;
        }
        if (answer != SILENCE) {
          say(channel, answer);
        }
      }
    } catch (IOException e) {
      // The other side is gone.
    }
  }

  private void hear(char code, byte[] data) {
    String text = new String(data, StandardCharsets.ISO_8859_1);
    if (code == 'D') {
      List<String> words = List.of(text.substring(1).split("\0", -1));
      Map<String, String> told = new LinkedHashMap<>();
      for (int i = 0; i + 1 < words.size(); i += 2) {
        told.put(words.get(i), words.get(i + 1));
      }
      macros.put(text.charAt(0), told);
    } else {
      heard.add(code + " " + text.replace('\0', '|'));
    }
  }

  private List<Packet> answer(char code) {
    Deque<List<Packet>> scripted = answers.get(code);
    if (scripted != null) {
      synchronized (scripted) {
        return scripted.size() > 1 ? scripted.removeFirst() : scripted.getFirst();
      }
    }
    if (UNANSWERED.indexOf(code) >= 0) {
      return CLOSE;
    }
    if (code == 'O') {
      return List.of(negotiation);
    }
    boolean silent = Arrays.stream(Stage.values())
        .anyMatch(stage -> stage.code() == code && (stage.unanswered() & unanswered) != 0);
    return silent ? SILENCE : CONTINUE;
  }

  private static void say(SocketChannel channel, Collection<Packet> packets) throws IOException {
    for (Packet packet : packets) {
      ByteBuffer octets = ByteBuffer.allocate(packet.wireSize());
      packet.putTo(octets);
      octets.flip();
      int piece = octets.remaining() > 1000 ? 999 : 1;
      while (octets.hasRemaining()) {
        ByteBuffer next = octets.slice(octets.position(), Math.min(piece, octets.remaining()));
        channel.write(next);
        octets.position(octets.position() + next.position());
      }
    }
  }

  private static ByteBuffer read(SocketChannel channel, int length) throws IOException {
    ByteBuffer octets = ByteBuffer.allocate(length);
    while (octets.hasRemaining()) {
      if (channel.read(octets) < 0) {
        throw new EOFException();
      }
    }
    return octets.flip();
  }

  /** Closes the connections there are; new ones are taken. */
  void hangUp() {
    List<SocketChannel> open = new ArrayList<>(channels);
    channels.clear();
    open.forEach(FakeMilter::close);
  }

  private static void close(java.io.Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    close(listener);
    hangUp();
  }
}
