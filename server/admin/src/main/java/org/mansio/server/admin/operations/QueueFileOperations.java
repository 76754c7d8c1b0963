package org.mansio.server.admin.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.mansio.server.admin.QueueFilesMXBean;
import org.mansio.server.admin.mailfile.MailFile;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.SpooledMail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mail between the queue and files. */
public final class QueueFileOperations implements QueueFilesMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(QueueFileOperations.class);

  private final MailQueue queue;

  public QueueFileOperations(MailQueue queue) {
    this.queue = queue;
  }

  @Override
  public long export(String conditions, String folder) {
    Path target = Arguments.absolutePath(folder);
    long count = 0;
    try (Stream<QueuedMail> mails =
        queue.control().export(QueueConditions.parse(conditions, Instant.now()))) {
      Files.createDirectories(target);
      for (Iterator<QueuedMail> rest = mails.iterator(); rest.hasNext(); ) {
        count += export(rest.next(), target) ? 1 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "stopped after " + count + " mails: can't write to " + target + " or read the queue: "
              + e.getMessage(),
          e);
    }
    LOG.info("Operator exported {} queue entries to {}: {}", count, target, conditions);
    return count;
  }

  private static boolean export(QueuedMail mail, Path target) throws IOException {
    try {
      MailFile.write(mail, target);
      return true;
    } catch (NoSuchFileException e) {
      LOG.info("{} left the queue before it was exported: {}", mail.mail().id(), e.getMessage());
      return false;
    }
  }

  @Override
  public String importMail(String file, boolean keep) {
    Path message = Arguments.absolutePath(file);
    try {
      QueuedMail mail = MailFile.read(message);
      String id = keep ? restore(mail) : enqueue(mail.mail());
      LOG.info("Operator imported {} as {}", message, id);
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + message + ": " + e.getMessage(), e);
    } catch (QueueException e) {
      throw new IllegalStateException("the queue can't take it now: " + e.getMessage());
    }
  }

  private String restore(QueuedMail mail) throws QueueException {
    if (!queue.control().restore(mail)) {
      throw new IllegalArgumentException(mail.mail().id() + " rests in the queue already");
    }
    return mail.mail().id().value();
  }

  /** As a new mail: nothing was tried yet, and nobody decided anything about it. */
  private String enqueue(SpooledMail mail) throws QueueException {
    List<Recipient> recipients =
        mail.envelope().recipients().stream().map(Recipient::withoutStatus).toList();
    Envelope envelope = mail.envelope().withRecipients(recipients);
    SpooledMail fresh = SpooledMail.arriving(envelope, mail.content(), mail.origin());
    queue.enqueue(fresh);
    return fresh.id().value();
  }
}
