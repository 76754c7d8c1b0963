package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dialogues of {@link DialogueTest} against the source: what the server can say, one of them has heard. */
class DialogueCoverageTest {
  private static final Path SOURCE = Path.of("src/main/java");
  private static final Path DIALOGUES = Path.of("src/test/resources/dialogues");

  /** Replies as they are made; those whose status is only known at run time are there by their code. */
  private static final Pattern MADE =
      Pattern.compile("SmtpReply(?:\\.of)?\\(\\s*(\\d{3}),\\s*(?:\"(\\d\\.\\d+\\.\\d+)\")?");

  private static final Pattern HEARD =
      Pattern.compile("^(?:S:|REPLY) (\\d{3})(?:[- ](\\d\\.\\d+\\.\\d+))?", Pattern.MULTILINE);

  @Test
  void everyReplyOfTheServerIsHeardInADialogue() throws IOException {
    Set<String> made = replies(SOURCE, MADE);
    Set<String> heard = replies(DIALOGUES, HEARD);
    // By the code alone, whatever its status.
    heard.addAll(heard.stream().map(reply -> reply.substring(0, 3)).collect(Collectors.toSet()));
    assertThat(made).hasSizeGreaterThan(40);
    assertThat(heard).containsAll(made);
  }

  private static Set<String> replies(Path folder, Pattern form) throws IOException {
    Set<String> replies = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        form.matcher(Files.readString(file))
            .results()
            .map(DialogueCoverageTest::reply)
            .forEach(replies::add);
      }
    }
    return replies;
  }

  private static String reply(MatchResult found) {
    return found.group(2) == null ? found.group(1) : found.group(1) + " " + found.group(2);
  }
}
