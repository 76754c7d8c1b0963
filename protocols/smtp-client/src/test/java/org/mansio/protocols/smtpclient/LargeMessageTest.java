package org.mansio.protocols.smtpclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Content;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;

class LargeMessageTest extends ClientTest {
  private static final long GIGABYTE = 1L << 30;

  @Test
  void arrivesOctetForOctetFromAFile(@TempDir Path folder) throws Exception {
    StringBuilder text = new StringBuilder("Subject: large\r\n\r\n");
    Random random = new Random(42);
    while (text.length() < 3_000_000) {
      text.append(random.nextInt(4) == 0 ? "." : "")
          .append("x".repeat(random.nextInt(200)))
          .append("\r\n");
    }
    Path file = Files.writeString(folder.resolve("mail"), text, StandardCharsets.US_ASCII);

    assertThat(send(smtp, toBob(), Content.of(file, Files.size(file))).get(BOB))
        .isInstanceOf(Delivered.class);
    assertThat(server.taken().getFirst().text().equals(text.toString())).isTrue();
  }

  @Test
  void arrivesOctetForOctetFromMemory() throws Exception {
    String text = "Subject: large\r\n\r\n" + (".".repeat(70) + "\r\n").repeat(10_000);

    assertThat(send(smtp, toBob(), content(text)).get(BOB)).isInstanceOf(Delivered.class);
    assertThat(server.taken().getFirst().text().equals(text)).isTrue();
  }

  /** The test JVM has a heap of 1 GB and Netty's direct memory as much: a client that buffered would not get to the end. */
  @Test
  void streamsAGigabyteInLittleMemory() throws Exception {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread sink = Thread.startVirtualThread(() -> countingSink(listener));
      Peer peer = Peer.of("localhost", listener.getInetAddress(), listener.getLocalPort());

      assertThat(client.send(peer, smtp, toBob(), endless(GIGABYTE)).get(BOB))
          .isInstanceOfSatisfying(
              Delivered.class, d -> assertThat(d.diagnostic()).isEqualTo("250 " + (GIGABYTE + 5)));
      sink.join();
    }
  }

  @Test
  void stopsWhenTheHostRefusesBeforeTheEnd() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> refuseEarly(listener, "552 5.3.4 too much"));
      Peer peer = Peer.of("localhost", listener.getInetAddress(), listener.getLocalPort());

      assertThat(client.send(peer, smtp, toBob(), endless(GIGABYTE)).get(BOB))
          .isInstanceOf(Failed.class);
    }
  }

  @Test
  void defersWhenTheHostSaysYesBeforeTheEnd() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> refuseEarly(listener, "250 how quick"));
      Peer peer = Peer.of("localhost", listener.getInetAddress(), listener.getLocalPort());

      assertThat(client.send(peer, smtp, toBob(), endless(GIGABYTE)).get(BOB))
          .isInstanceOf(Deferred.class);
    }
  }

  /** Lines of 64 octets that nobody keeps. */
  private static Content endless(long size) {
    byte[] line = ("y".repeat(62) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    return new RepeatedLine(line, size);
  }

  /** Takes one mail, counts the octets behind DATA and says how many; ends with the dot, as no line starts with one. */
  private static void countingSink(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      InputStream in = talkUntilData(socket);
      byte[] block = new byte[1 << 16];
      long count = 0;
      int length;
      do {
        length = in.read(block);
        count += Math.max(length, 0);
      } while (length >= 3 && !(block[length - 3] == '.' && block[length - 1] == '\n'));
      say(socket, "250 " + (count + 2));
      in.read();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void refuseEarly(ServerSocket listener, String reply) {
    try (Socket socket = listener.accept()) {
      InputStream in = talkUntilData(socket);
      in.readNBytes(1000);
      say(socket, reply);
      in.skip(Long.MAX_VALUE);
    } catch (IOException e) {
      // The client hangs up, as it should.
    }
  }

  private static InputStream talkUntilData(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    say(socket, "220 sink");
    String said = "";
    byte[] block = new byte[4096];
    while (!said.endsWith("DATA\r\n")) {
      int length = in.read(block);
      said = new String(block, 0, length, StandardCharsets.US_ASCII);
      say(
          socket,
          said.startsWith("EHLO")
              ? "250-sink\r\n250 8BITMIME"
              : said.startsWith("DATA") ? "354 go" : "250 ok");
    }
    return in;
  }

  private static void say(Socket socket, String reply) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }
}
