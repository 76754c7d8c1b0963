package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mansio.spi.queue.QueueException.Reason;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.SmtpVerb;

/**
 * Plays the dialogues below {@code dialogues/<protocol>/} against a real listener. In them stand:
 *
 * <ul>
 *   <li>{@code C:} a line that the client sends; several in a row leave in one write;
 *   <li>{@code S:} a line that the server must send, with {@code *} for any text;
 *   <li>{@code REPLY code} a reply of that code, in one line or several; behind it {@code HAS} and {@code LACKS}: one of its
 *       lines is, none of them is the text behind the code;
 *   <li>{@code R:} octets that the client sends as they are, with {@code \r}, {@code \n}, {@code \t}, {@code \0};
 *   <li>{@code 100x} before any of these: so often;
 *   <li>{@code TLS} the client starts TLS; {@code CLOSED} the server has closed;
 *   <li>{@code QUEUED n} so many mails are in the queue; {@code BODY} what the last one ends with, written as for {@code R:};
 *   <li>{@code QUEUE reason} the queue takes no mail from now on, {@code QUEUE OPEN} it does; {@code LOGINS shut} nobody
 *       may log in from now on, {@code LOGINS open} everybody may;
 *   <li>{@code set name value} a setting, {@code breaks name} a plugin's verb that fails in the worst way, both before all
 *       else; {@code #} a remark.
 * </ul>
 */
class DialogueTest {
  private static final Pattern TIMES = Pattern.compile("(\\d+)x (.*)");

  static Stream<Path> dialogues() throws IOException, URISyntaxException {
    Path root = Path.of(DialogueTest.class.getResource("/dialogues").toURI());
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dialogues")
  void goesAsWritten(Path file) throws IOException {
    TestListener listener = new TestListener(file.getParent().getFileName().toString());
    List<String> lines = Files.readAllLines(file);
    lines.stream()
        .filter(line -> line.startsWith("set "))
        .map(line -> line.split(" ", 3))
        .forEach(words -> listener.set(words[1], words[2]));
    lines.stream()
        .filter(line -> line.startsWith("breaks "))
        .forEach(line -> listener.extension(new BrokenVerb(line.substring(7))));
    listener.start();
    try (listener;
        Client client = new Client(listener.address())) {
      Dialogue dialogue = new Dialogue(listener, client);
      for (int i = 0; i < lines.size(); i++) {
        dialogue.step(lines.get(i), file.getFileName() + ":" + (i + 1));
      }
    }
  }

  /** A plugin with a verb that overflows the stack. */
  private record BrokenVerb(String verb) implements SmtpExtension, SmtpVerb {
    @Override
    public String name() {
      return verb;
    }

    @Override
    public List<SmtpVerb> verbs() {
      return List.of(this);
    }

    @Override
    public Set<Flag> flags() {
      return Set.of();
    }

    @Override
    public String help() {
      return verb;
    }

    @Override
    public SmtpReply handle(SmtpSession session, String argument) {
      throw new StackOverflowError("on purpose");
    }
  }

  private static final class Dialogue {
    private final TestListener listener;
    private final Client client;
    private final StringBuilder pending = new StringBuilder();
    private List<String> reply = List.of();

    Dialogue(TestListener listener, Client client) {
      this.listener = listener;
      this.client = client;
    }

    void step(String line, String where) throws IOException {
      Matcher times = TIMES.matcher(line);
      if (times.matches()) {
        for (int i = 0; i < Integer.parseInt(times.group(1)); i++) {
          step(times.group(2), where);
        }
        return;
      }
      if (line.startsWith("C:")) {
        pending.append(line.substring(2).replaceFirst("^ ", "")).append("\r\n");
        return;
      }
      if (line.startsWith("R:")) {
        pending.append(raw(line.substring(3)));
        return;
      }
      if (!pending.isEmpty()) {
        client.send(pending.toString());
        pending.setLength(0);
      }
      if (line.startsWith("S:")) {
        assertThat(client.line()).as(where).matches(glob(line.substring(2).strip()));
      } else if (line.startsWith("REPLY ")) {
        reply = client.reply().lines().toList();
        assertThat(reply).as(where).allMatch(it -> it.startsWith(line.substring(6)));
      } else if (line.startsWith("HAS ")) {
        assertThat(texts())
            .as(where)
            .anyMatch(it -> glob(line.substring(4)).matcher(it).matches());
      } else if (line.startsWith("LACKS ")) {
        assertThat(texts())
            .as(where)
            .noneMatch(it -> glob(line.substring(6)).matcher(it).matches());
      } else {
        state(line, where);
      }
    }

    private List<String> texts() {
      return reply.stream().map(it -> it.substring(4)).toList();
    }

    private void state(String line, String where) throws IOException {
      if (line.equals("TLS")) {
        client.startTls(listener.tls.client());
      } else if (line.equals("CLOSED")) {
        assertThat(client.line()).as(where).isNull();
      } else if (line.startsWith("QUEUED ")) {
        assertThat(listener.services.queue.mails())
            .as(where)
            .hasSize(Integer.parseInt(line.substring(7)));
      } else if (line.startsWith("BODY ")) {
        byte[] stored = listener.services.queue.mails().getLast().content().bytes(1 << 20);
        assertThat(new String(stored, StandardCharsets.UTF_8))
            .as(where)
            .endsWith(raw(line.substring(5)));
      } else if (line.startsWith("QUEUE ")) {
        listener.services.queue.refuse(
            Optional.of(line.substring(6)).filter(it -> !it.equals("OPEN")).map(Reason::valueOf));
      } else if (line.startsWith("LOGINS ")) {
        listener.services.guard.setShut(line.endsWith("shut"));
      } else {
        assertThat(line.isBlank()
                || line.startsWith("#")
                || line.startsWith("set ")
                || line.startsWith("breaks "))
            .as(where + ": " + line)
            .isTrue();
      }
    }
  }

  private static String raw(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0");
  }

  private static Pattern glob(String text) {
    return Pattern.compile("\\Q" + text.replace("*", "\\E.*\\Q") + "\\E");
  }
}
