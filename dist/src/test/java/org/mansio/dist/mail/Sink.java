package org.mansio.dist.mail;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** An SMTP or LMTP server on a free loopback port that takes every mail and keeps it. Thread-safe. */
public final class Sink implements AutoCloseable {
  private final ServerSocket server;
  private final boolean lmtp;
  private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();

  /** A mail as it came. */
  public record Arrival(String sender, List<String> recipients, byte[] octets) {}

  private Sink(ServerSocket server, boolean lmtp) {
    this.server = server;
    this.lmtp = lmtp;
  }

  public static Sink smtp() throws IOException {
    return start(false);
  }

  public static Sink lmtp() throws IOException {
    return start(true);
  }

  private static Sink start(boolean lmtp) throws IOException {
    Sink sink = new Sink(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), lmtp);
    Thread.ofVirtual().name("sink").start(sink::accept);
    return sink;
  }

  public int port() {
    return server.getLocalPort();
  }

  /** {@code host:port}. */
  public String address() {
    return server.getInetAddress().getHostAddress() + ":" + port();
  }

  public List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  public List<byte[]> messages() {
    return arrivals.stream().map(Arrival::octets).toList();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      new Session(client).run();
    } catch (IOException e) {
      // The client went away; what it had finished is kept.
      return;
    }
  }

  private final class Session {
    private final InputStream in;
    private final OutputStream out;
    private String sender = "";
    private final List<String> recipients = new ArrayList<>();

    Session(Socket client) throws IOException {
      client.setTcpNoDelay(true);
      in = new BufferedInputStream(client.getInputStream());
      out = client.getOutputStream();
    }

    void run() throws IOException {
      reply("220 sink.example ready");
      for (String line = line(); !line.isEmpty(); line = line()) {
        String verb = line.split("[ :]", 2)[0].strip().toUpperCase(Locale.ROOT);
        switch (verb) {
          case "EHLO", "LHLO" ->
            reply(
                "250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n"
                    + "250-SIZE 0\r\n250 SMTPUTF8");
          case "MAIL" -> {
            sender = path(line);
            recipients.clear();
            reply("250 2.1.0 ok");
          }
          case "RCPT" -> {
            recipients.add(path(line));
            reply("250 2.1.5 ok");
          }
          case "DATA" -> data();
          case "QUIT" -> {
            reply("221 2.0.0 bye");
            return;
          }
          default -> reply("250 2.0.0 ok");
        }
      }
    }

    private void data() throws IOException {
      reply("354 go on");
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      for (byte[] line = octets(); !isFinalDot(line); line = octets()) {
        int from = line[0] == '.' ? 1 : 0;
        message.write(line, from, line.length - from);
      }
      arrivals.add(new Arrival(sender, List.copyOf(recipients), message.toByteArray()));
      int replies = lmtp ? recipients.size() : 1;
      for (int i = 0; i < replies; i++) {
        reply("250 2.0.0 taken");
      }
    }

    private boolean isFinalDot(byte[] line) throws IOException {
      if (line.length == 0) {
        throw new IOException("the client went away within a message");
      }
      return line.length == 3 && line[0] == '.' && line[1] == '\r';
    }

    private String line() throws IOException {
      return new String(octets(), StandardCharsets.UTF_8).stripTrailing();
    }

    /** A line with its end; empty at the end of the stream. */
    private byte[] octets() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        line.write(octet);
        if (octet == '\n') {
          break;
        }
      }
      return line.toByteArray();
    }

    private String path(String line) {
      return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
    }

    private void reply(String text) throws IOException {
      out.write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
