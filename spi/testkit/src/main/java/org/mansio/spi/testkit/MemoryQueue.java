package org.mansio.spi.testkit;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.QueueFilter;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.queue.Transports;

/** Keeps what is enqueued in a list and works nothing off: for tests of what stands before the queue. Thread-safe. */
public final class MemoryQueue implements MailQueue {
  private final List<SpooledMail> mails = new CopyOnWriteArrayList<>();
  private volatile QueueException.@Nullable Reason refusal;

  /** What was enqueued, in order. */
  public List<SpooledMail> mails() {
    return List.copyOf(mails);
  }

  /** Makes the queue refuse mail, or take it again with an empty reason. */
  public void refuse(Optional<QueueException.Reason> reason) {
    refusal = reason.orElse(null);
  }

  @Override
  public ContentWriter newContent() {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    return new ContentWriter() {
      @Override
      public void write(byte[] source, int offset, int length) {
        octets.write(source, offset, length);
      }

      @Override
      public long size() {
        return octets.size();
      }

      @Override
      public Content finish() {
        return Content.of(octets.toByteArray());
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void enqueue(SpooledMail mail) throws QueueException {
    QueueException.Reason reason = refusal;
    if (reason != null) {
      throw new QueueException(reason, "refused by a test");
    }
    mails.add(mail);
  }

  @Override
  public Optional<QueueException.Reason> refusal() {
    return Optional.ofNullable(refusal);
  }

  @Override
  public void open() {}

  @Override
  public void start(MailProcessor chain, Transports transports) {}

  @Override
  public void close(Duration grace) {}

  @Override
  public QueueControl control() {
    return new Control();
  }

  private final class Control implements QueueControl {
    @Override
    public List<StateCount> counts() {
      return List.of(new StateCount(
          QueueEntry.State.SPOOL,
          mails.size(),
          mails.stream().map(SpooledMail::arrival).min(java.util.Comparator.naturalOrder())));
    }

    @Override
    public List<LaneStatus> destinations() {
      return List.of();
    }

    @Override
    public Stream<QueueEntry> list(QueueFilter filter) {
      return mails.stream().map(Control::entry).filter(filter::matches);
    }

    private static QueueEntry entry(SpooledMail mail) {
      return new QueueEntry(
          mail.id(),
          QueueEntry.State.SPOOL,
          mail.envelope().sender(),
          mail.envelope().recipients().stream()
              .map(recipient -> recipient.address())
              .toList(),
          Optional.empty(),
          mail.content().size(),
          mail.arrival(),
          0,
          Optional.empty(),
          Optional.empty());
    }

    @Override
    public List<QueueEntry> show(MailId id) {
      return list(QueueFilter.of(id)).toList();
    }

    @Override
    public long count(QueueFilter filter) {
      return list(filter).count();
    }

    @Override
    public long hold(QueueFilter filter) {
      return 0;
    }

    @Override
    public long release(QueueFilter filter) {
      return 0;
    }

    @Override
    public long remove(QueueFilter filter) {
      List<QueueEntry> doomed = list(filter).toList();
      mails.removeIf(mail -> doomed.stream().anyMatch(entry -> entry.id().equals(mail.id())));
      return doomed.size();
    }

    @Override
    public long retry(QueueFilter filter) {
      return 0;
    }
  }
}
