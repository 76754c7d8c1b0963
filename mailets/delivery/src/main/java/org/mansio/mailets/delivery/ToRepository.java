package org.mansio.mailets.delivery;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.mailet.TemporaryFailure;

/**
 * Keeps a copy of a mail in a folder: {@code <id>-<recipients>.eml} and, written last, so that it marks the pair as whole,
 * {@code .json} with the envelope and what the chain learnt. Both are on stable storage before the mail goes on; the same
 * part of a mail again replaces its copy.
 */
final class ToRepository implements Mailet {
  private final Path folder;
  private final String label;
  private final boolean passThrough;

  /** @param label the folder's name for the trace */
  ToRepository(Path folder, String label, boolean passThrough) {
    this.folder = folder;
    this.label = label;
    this.passThrough = passThrough;
  }

  @Override
  public Outcome service(Mail mail) throws TemporaryFailure {
    // A mail that was split is several, with one id and different recipients.
    int part = mail.recipients().stream()
        .map(Recipient::toString)
        .sorted()
        .collect(Collectors.joining(","))
        .hashCode();
    String name = mail.id() + "-" + HexFormat.of().toHexDigits(part);
    if (!mail.isSimulated()) {
      keep(mail, name);
    }
    mail.note("copy in repository " + label + " as " + name);
    return passThrough ? Outcome.next() : Outcome.dropped("kept in repository " + label);
  }

  private void keep(Mail mail, String name) throws TemporaryFailure {
    try {
      Files.createDirectories(folder);
      try (InputStream content = mail.message().content().open()) {
        write(folder.resolve(name + ".eml"), content);
      }
      try (InputStream envelope =
          new ByteArrayInputStream(json(mail).getBytes(StandardCharsets.UTF_8))) {
        write(folder.resolve(name + ".json"), envelope);
      }
      sync(folder);
    } catch (IOException e) {
      throw new TemporaryFailure("can't write to repository " + folder + ": " + e.getMessage(), e);
    }
  }

  private static void write(Path target, InputStream octets) throws IOException {
    Path draft = target.resolveSibling("." + target.getFileName() + ".part");
    try (FileChannel file = FileChannel.open(
        draft,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE)) {
      OutputStream out = Channels.newOutputStream(file);
      octets.transferTo(out);
      file.force(true);
    }
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The names in a folder are stable only when the folder is. */
  private static void sync(Path folder) throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static String json(Mail mail) {
    Map<String, AttributeValue> attributes = new TreeMap<>(mail.attributes().values());
    return "{\n"
        + field("id", JsonText.quote(mail.id().value()))
        + field("arrival", JsonText.quote(mail.arrival().toString()))
        + field("sender", JsonText.quote(mail.sender().map(Object::toString).orElse("")))
        + field(
            "recipients",
            JsonText.quote(mail.recipients().stream().map(Recipient::toString).toList()))
        + field("processor", JsonText.quote(mail.processor()))
        + field("remoteAddress", JsonText.quote(mail.origin().remoteAddress().orElse("")))
        + "  \"attributes\": {"
        + attributes.entrySet().stream()
            .map(entry -> JsonText.quote(entry.getKey()) + ": "
                + JsonText.quote(entry.getValue().asText()))
            .collect(Collectors.joining(", "))
        + "}\n}\n";
  }

  private static String field(String name, String value) {
    return "  \"" + name + "\": " + value + ",\n";
  }
}
