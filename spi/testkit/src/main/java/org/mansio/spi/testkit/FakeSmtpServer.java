package org.mansio.spi.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
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

  private FakeSmtpServer(boolean lmtp, @Nullable SSLContext tls) {
    this.lmtp = lmtp;
    this.tls = tls;
    try {
      this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
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

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    dropConnections();
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
      new Session(socket).run();
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

  private @Nullable String scripted(String command) {
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

  private final class Session {
    private final Dialogue dialogue =
        new Dialogue(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private List<String> flight = new ArrayList<>();
    private final byte[] buffer = new byte[65_536];
    private int at;
    private int limit;
    private String mail = "";
    private String lastReply = "";
    private final List<String> recipients = new ArrayList<>();
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private boolean chunkLost;

    Session(Socket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
      this.out = socket.getOutputStream();
      dialogues.add(dialogue);
    }

    void run() throws IOException {
      if (!answer("", "220 fake.example ESMTP")) {
        return;
      }
      String line = readLine();
      while (line != null && handle(line)) {
        line = readLine();
      }
    }

    private boolean handle(String line) throws IOException {
      dialogue.commands().add(line);
      flight.add(line);
      return switch (line.split("[ :]", 2)[0]) {
        case "EHLO", "LHLO" -> answer(line, hello());
        case "MAIL" -> {
          reset();
          mail = line;
          yield answer(line, "250 2.1.0 ok");
        }
        case "RCPT" -> answer(line, "250 2.1.5 ok");
        case "DATA" -> data();
        case "BDAT" -> chunk(line);
        case "RSET" -> {
          reset();
          yield answer(line, "250 2.0.0 ok");
        }
        case "STARTTLS" ->
          answer(line, "220 2.0.0 go") && (!lastReply.startsWith("220") || upgrade());
        case "AUTH" -> answer(line, "235 2.7.0 welcome");
        case "QUIT" -> {
          answer(line, "221 2.0.0 bye");
          yield false;
        }
        default -> answer(line, "250 2.0.0 ok");
      };
    }

    private String hello() {
      List<String> lines = new ArrayList<>(List.of("fake.example"));
      lines.addAll(extensions);
      StringBuilder reply = new StringBuilder();
      for (int i = 0; i < lines.size(); i++) {
        reply
            .append(i > 0 ? "\r\n" : "")
            .append("250")
            .append(i + 1 < lines.size() ? "-" : " ")
            .append(lines.get(i));
      }
      return reply.toString();
    }

    private boolean data() throws IOException {
      String reply = scripted("DATA");
      if (reply == null) {
        reply = recipients.isEmpty() ? "503 5.5.1 no valid recipients" : "354 go on";
      }
      if (!say(reply)) {
        return false;
      }
      if (!reply.startsWith("354")) {
        return true;
      }
      byte[] octets = readMessage();
      flight.add("(data)");
      return end(octets, false);
    }

    private boolean chunk(String line) throws IOException {
      String[] words = line.split(" ");
      boolean last = words.length > 2;
      readChunk(Integer.parseInt(words[1]));
      String reply = scripted(line);
      if (reply == null && (recipients.isEmpty() || chunkLost)) {
        reply = "503 5.5.1 no transaction for it";
      }
      if (reply != null && !reply.startsWith("250")) {
        chunkLost = true;
        return say(reply);
      }
      if (!last) {
        return say(reply == null ? "250 2.0.0 " + words[1] + " octets" : reply);
      }
      byte[] octets = chunks.toByteArray();
      chunks.reset();
      return end(octets, true);
    }

    private boolean end(byte[] octets, boolean chunked) throws IOException {
      if (!recipients.isEmpty()) {
        taken.add(new Taken(mail, List.copyOf(recipients), octets, chunked));
      }
      if (!lmtp || recipients.isEmpty()) {
        return answer(".", "250 2.0.0 taken");
      }
      for (String recipient : recipients) {
        String address = recipient.substring(recipient.indexOf('<') + 1, recipient.indexOf('>'));
        if (!answer("." + address, "250 2.1.5 delivered")) {
          return false;
        }
      }
      return true;
    }

    private void reset() {
      recipients.clear();
      chunks.reset();
      chunkLost = false;
    }

    private boolean answer(String command, String standard) throws IOException {
      String scripted = scripted(command);
      String reply = scripted == null ? standard : scripted;
      if (command.startsWith("RCPT") && reply.startsWith("25")) {
        recipients.add(command);
      }
      return say(reply);
    }

    private boolean say(String reply) throws IOException {
      lastReply = reply;
      if (reply.equals(CLOSE)) {
        return false;
      }
      if (!reply.equals(SILENCE)) {
        out.write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
      return true;
    }

    private boolean upgrade() throws IOException {
      if (tls == null) {
        return true;
      }
      SSLSocket secured =
          (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
      secured.setUseClientMode(false);
      secured.startHandshake();
      sockets.add(secured);
      socket = secured;
      in = secured.getInputStream();
      out = secured.getOutputStream();
      at = 0;
      limit = 0;
      return true;
    }

    private byte[] readMessage() throws IOException {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      int matched = 2; // The CR LF of the DATA line counts as the one before a dot.
      byte[] end = {'\r', '\n', '.', '\r', '\n'};
      while (matched < end.length) {
        int octet = read();
        if (octet < 0) {
          throw new EOFException("the message was broken off");
        }
        message.write(octet);
        matched = octet == end[matched] ? matched + 1 : octet == '\r' ? 1 : 0;
      }
      byte[] all = message.toByteArray();
      return Arrays.copyOf(all, all.length - 3);
    }

    private void readChunk(int size) throws IOException {
      for (int left = size; left > 0; left--) {
        int octet = read();
        if (octet < 0) {
          throw new EOFException("the chunk was broken off");
        }
        chunks.write(octet);
      }
    }

    private @Nullable String readLine() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int octet = read();
      while (octet >= 0 && octet != '\n') {
        line.write(octet);
        octet = read();
      }
      return octet < 0 ? null : line.toString(StandardCharsets.UTF_8).replace("\r", "");
    }

    private int read() throws IOException {
      if (at == limit) {
        if (!flight.isEmpty()) {
          dialogue.flights().add(List.copyOf(flight));
          flight = new ArrayList<>();
        }
        limit = in.read(buffer);
        at = 0;
        if (limit < 0) {
          limit = 0;
          return -1;
        }
      }
      return buffer[at++] & 0xff;
    }
  }
}
