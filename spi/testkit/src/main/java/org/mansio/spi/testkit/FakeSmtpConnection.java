package org.mansio.spi.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.testkit.FakeSmtpServer.Dialogue;
import org.mansio.spi.testkit.FakeSmtpServer.Taken;

/** The server's end of one connection: it answers each command as scripted, or as any server would. For one thread. */
final class FakeSmtpConnection {
  private final FakeSmtpServer server;
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

  FakeSmtpConnection(FakeSmtpServer server, Socket socket) throws IOException {
    this.server = server;
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
    server.begun(dialogue);
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
    lines.addAll(server.extensions());
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
    String reply = server.scripted("DATA");
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
    String reply = server.scripted(line);
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
      server.took(new Taken(mail, List.copyOf(recipients), octets, chunked));
    }
    if (!server.isLmtp() || recipients.isEmpty()) {
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
    String scripted = server.scripted(command);
    String reply = scripted == null ? standard : scripted;
    if (command.startsWith("RCPT") && reply.startsWith("25")) {
      recipients.add(command);
    }
    return say(reply);
  }

  private boolean say(String reply) throws IOException {
    lastReply = reply;
    if (reply.equals(FakeSmtpServer.CLOSE)) {
      return false;
    }
    if (!reply.equals(FakeSmtpServer.SILENCE)) {
      out.write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
    return true;
  }

  private boolean upgrade() throws IOException {
    SSLContext tls = server.tls();
    if (tls == null) {
      return true;
    }
    SSLSocket secured =
        (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    server.opened(secured);
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
