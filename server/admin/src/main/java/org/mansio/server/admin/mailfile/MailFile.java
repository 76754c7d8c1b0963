package org.mansio.server.admin.mailfile;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.mansio.spi.mail.Content;
import org.mansio.spi.queue.QueuedMail;

/**
 * A mail in two files of one name: {@code .eml} has the message, octet by octet, {@code .json} all the rest. The latter is
 * written last: without it the former isn't whole.
 */
public final class MailFile {
  private static final String MESSAGE = ".eml";
  private static final String ENVELOPE = ".json";

  /** Files of one mail in one folder: it has an entry for each destination, and may be exported again. */
  private static final int MAX_COPIES = 10_000;

  private MailFile() {}

  /**
   * Writes a mail into a folder under its queue id, with a number where that is taken; nothing is overwritten.
   *
   * @return the file of the message
   * @throws IOException when the folder can't be written to, or the message not read any more
   */
  public static Path write(QueuedMail mail, Path folder) throws IOException {
    String id = mail.mail().id().value();
    for (int copy = 1; copy <= MAX_COPIES; copy++) {
      Path message = folder.resolve(id + (copy == 1 ? "" : "_" + copy) + MESSAGE);
      try (OutputStream out = Files.newOutputStream(message, StandardOpenOption.CREATE_NEW)) {
        writeAll(mail, message, out);
        return message;
      } catch (FileAlreadyExistsException e) {
        continue;
      }
    }
    throw new IOException(folder + " has " + MAX_COPIES + " files of mail " + id + " already");
  }

  private static void writeAll(QueuedMail mail, Path message, OutputStream out) throws IOException {
    try (InputStream in = mail.mail().content().open()) {
      in.transferTo(out);
      JsonFile.write(envelopeOf(message), EnvelopeJson.write(mail));
    } catch (FileAlreadyExistsException e) {
      Files.deleteIfExists(message);
      throw new IOException(envelopeOf(message) + " is left of another mail: move it away", e);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(message);
      throw e;
    }
  }

  /**
   * Reads a mail; its content refers to the file.
   *
   * @param message the {@code .eml} file
   * @throws IllegalArgumentException when the files aren't what {@link #write} makes
   */
  public static QueuedMail read(Path message) throws IOException {
    if (!message.toString().endsWith(MESSAGE)) {
      throw new IllegalArgumentException(message + " isn't a file named *" + MESSAGE);
    }
    try {
      return EnvelopeJson.read(
          JsonFile.read(envelopeOf(message)), Content.of(message, Files.size(message)));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "there is no file " + e.getFile() + "; a mail is a message and its envelope", e);
    }
  }

  private static Path envelopeOf(Path message) {
    String name = String.valueOf(message.getFileName());
    return message.resolveSibling(name.substring(0, name.length() - MESSAGE.length()) + ENVELOPE);
  }
}
