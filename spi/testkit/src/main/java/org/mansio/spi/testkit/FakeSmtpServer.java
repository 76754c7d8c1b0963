package org.mansio.spi.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP or LMTP server for the tests of clients, on a loopback port of its own. It takes all mail and notes what arrived;
 * {@link #on} makes it answer a command in another way, wrongly too. Thread-safe.
 */
public final class FakeSmtpServer implements AutoCloseable {
  /** As a reply: the connection is closed without one. */
  public static final String CLOSE = "<close>";

  /** As a reply: nothing is said. */
  public static final String SILENCE = "<silence>";

  /**
   * What one client said on one connection.
   *
   * @param commands in order, the AUTH dialogue included, message octets not
   * @param flights what was read until the server had to wait for more, as commands; the message octets of DATA count as
   *     {@code (data)}
   */
  public record Dialogue(List<String> commands, List<List<String>> flights) {}

  /**
   * A message taken.
   *
   * @param octets as they came on the wire: by DATA with dots still stuffed, without the final dot's line; by BDAT the
   *     chunks joined
   * @param chunked whether it came by BDAT (RFC 3030)
   */
  public record Taken(String mail, List<String> recipients, byte[] octets, boolean chunked) {
    /** The octets with the dots of the wire taken out, as text; each character is one octet (ISO 8859-1). */
    public String text() {
      String text = new String(octets, StandardCharsets.ISO_8859_1);
      return chunked ? text : text.replaceAll("(?<=^|\r\n)\\.", "");
    }
  }

  private final ServerSocket listener;
  private final boolean lmtp;
  private final @Nullable SSLContext tls;
  private final List<String> extensions = new CopyOnWriteArrayList<>(
      List.of("PIPELINING", "SIZE 0", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8"));
  private final Map<String, Deque<String>> answers = new ConcurrentHashMap<>();
  private final List<Dialogue> dialogues = new CopyOnWriteArrayList<>();
  private final List<Taken> taken = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Thread accepting;

  private FakeSmtpServer(boolean lmtp, @Nullable SSLContext tls) {
    this.lmtp = lmtp;
    this.tls = tls;
    try {
      this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    accepting = Thread.ofVirtual().start(this::accept);
  }

  public static FakeSmtpServer smtp() {
    return new FakeSmtpServer(false, null);
  }

  /** One that can do STARTTLS; it offers it when {@link #offering} says so. */
  public static FakeSmtpServer smtp(SSLContext tls) {
    return new FakeSmtpServer(false, tls);
  }

  public static FakeSmtpServer lmtp() {
    return new FakeSmtpServer(true, null);
  }

  /** Offers exactly these extensions. */
  public FakeSmtpServer offering(String... keywords) {
    extensions.clear();
    Collections.addAll(extensions, keywords);
    return this;
  }

  /**
   * Answers otherwise.
   *
   * @param command how the command starts, the longest match wins: {@code "RCPT TO:<b@"}; {@code "."} is the end of a
   *     message by DATA or BDAT, for LMTP {@code ".b@example.org"} that recipient's reply; {@code ""} the greeting. A chunk
   *     whose answer isn't 250 counts as not received
   * @param replies one after the other, the last one again and again; lines are separated by CR LF, the last one's end is
   *     added
   */
  public FakeSmtpServer on(String command, String... replies) {
    answers.put(command, new ArrayDeque<>(List.of(replies)));
    return this;
  }

  public int port() {
    return listener.getLocalPort();
  }

  public InetAddress address() {
    return listener.getInetAddress();
  }

  /** One for each connection, in order; grows while the test looks. */
  public List<Dialogue> dialogues() {
    return dialogues;
  }

  /** The commands of all connections. */
  public List<String> commands() {
    return dialogues.stream()
        .flatMap(dialogue -> List.copyOf(dialogue.commands()).stream())
        .toList();
  }

  public List<Taken> taken() {
    return taken;
  }

  /** Ends all connections now, without a word. */
  public void dropConnections() {
    sockets.forEach(FakeSmtpServer::quietly);
  }

  /** Whoever connects afterwards is refused. */
  @Override
  public void close() {
    try {
      listener.close();
      // Until the thread has left accept(), the system may take one more connection, then reset it.
      accepting.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      dropConnections();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // Closed: the test is over.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      new FakeSmtpConnection(this, socket).run();
    } catch (IOException e) {
      // The client went away, which is for the test to judge.
    }
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Offered after EHLO. */
  List<String> extensions() {
    return extensions;
  }

  boolean isLmtp() {
    return lmtp;
  }

  /** Null for a server that can't do it. */
  @Nullable
  SSLContext tls() {
    return tls;
  }

  void begun(Dialogue dialogue) {
    dialogues.add(dialogue);
  }

  void took(Taken message) {
    taken.add(message);
  }

  void opened(Socket socket) {
    sockets.add(socket);
  }

  /** What the test wants to be answered; null for what any server answers. */
  @Nullable
  String scripted(String command) {
    return answers.entrySet().stream()
        .filter(answer -> matches(answer.getKey(), command))
        .max(Comparator.comparingInt(answer -> answer.getKey().length()))
        .map(answer -> next(answer.getValue()))
        .orElse(null);
  }

  private static boolean matches(String key, String command) {
    boolean whole = key.isEmpty() || key.equals(".");
    return whole ? command.equals(key) : command.startsWith(key);
  }

  private static String next(Deque<String> replies) {
    synchronized (replies) {
      return replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
    }
  }
}
