package org.mansio.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mansio.queue.blob.BlobSlice;
import org.mansio.queue.blob.BlobStore;
import org.mansio.queue.blob.QueuedContent;
import org.mansio.queue.log.Append;
import org.mansio.queue.log.SpoolReader;
import org.mansio.queue.log.StopSignal;
import org.mansio.queue.outgoing.ProductWriter;
import org.mansio.queue.outgoing.Repetition;
import org.mansio.queue.record.DamagedRecordException;
import org.mansio.queue.record.QueueRecord;
import org.mansio.queue.record.RecordCodec;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.trace.TraceLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes mails out of the spool in batches. The mails of a batch are in the chain, and in their first delivery attempts, at
 * the same time; when all are done, or the patience is over, one transaction takes them out of the spool together with
 * everything that came of them. What isn't done by then goes on as a durable entry, so that nothing slow holds up a batch.
 */
final class SpoolConsumer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolConsumer.class);

  /** Mails in a transaction: measured best from 8 to 16 on; more only lengthens what a crash repeats. */
  static final int BATCH = 16;

  private static final Duration WAIT = Duration.ofSeconds(1);

  private final int number;
  private final SpoolContext context;
  private final SpoolReader reader;
  private final RecordCodec codec;
  private final BlobStore blobs;
  private final OrphanSweep sweep;
  private final UUID start;
  private final Duration patience;
  private final TraceLog trace;
  private final StopSignal stop = new StopSignal();
  private String told = "";

  SpoolConsumer(
      int number,
      SpoolContext context,
      SpoolReader reader,
      RecordCodec codec,
      BlobStore blobs,
      OrphanSweep sweep,
      UUID start,
      Duration patience,
      TraceLog trace) {
    this.number = number;
    this.context = context;
    this.reader = reader;
    this.codec = codec;
    this.blobs = blobs;
    this.sweep = sweep;
    this.start = start;
    this.patience = patience;
    this.trace = trace;
  }

  /** Lets it end after the batch that it has. */
  void stop() {
    stop.give();
    reader.stop();
    // Whoever waits for room looks whether it is to end.
    context.room().release(BATCH);
  }

  @Override
  public void run() {
    try (reader) {
      while (!context.closing().getAsBoolean()) {
        try {
          if (context.room().tryAcquire(BATCH, WAIT.toMillis(), TimeUnit.MILLISECONDS)
              && !stop.isGiven()) {
            context.doubts().expire();
            work(take());
            sweep.between(number);
            told = "";
          }
        } catch (QueueException | IOException e) {
          // One place for all that goes wrong with log and disk: the mails stay in the spool and
          // come again.
          if (!context.closing().getAsBoolean()) {
            if (!e.toString().equals(told)) {
              LOG.warn("Spool consumer {} begins anew: {}", number, e.toString());
            }
            told = e.toString();
            reader.rollback();
            stop.await(WAIT);
          }
        } catch (RuntimeException | Error e) {
          // A consumer that ended would be missing until the next start.
          LOG.error("Spool consumer {} failed unexpectedly and begins anew", number, e);
          if (!context.closing().getAsBoolean()) {
            reader.rollback();
            stop.await(WAIT);
          }
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("Spool consumer {} was interrupted", number);
    }
  }

  /** Takes mails; the room for those that didn't come is given back, each other gives back its own. */
  private List<SpoolReader.Taken> take() throws QueueException {
    int taken = 0;
    try {
      List<SpoolReader.Taken> batch = reader.take(BATCH, WAIT);
      taken = batch.size();
      return batch;
    } catch (QueueException e) {
      // What can't be read now is read behind the mark of this start, and may refer to any body.
      blobs.keepUnclaimed();
      throw e;
    } finally {
      context.room().release(BATCH - taken);
    }
  }

  private void work(List<SpoolReader.Taken> batch)
      throws QueueException, IOException, InterruptedException {
    if (batch.isEmpty()) {
      return;
    }
    List<byte[]> damaged = new ArrayList<>();
    List<SpoolItem> items = readAll(batch, damaged);
    context.room().release(batch.size() - items.size());
    List<SpoolItem> fresh = items.stream().filter(item -> !item.isConcluded()).toList();
    context.room().release(items.size() - fresh.size());
    for (SpoolItem item : fresh) {
      Thread.ofVirtual().name("queue-chain").start(item);
    }
    Map<UUID, QueueRecord.Waiting> durable = Map.of();
    boolean done = false;
    try {
      await(fresh);
      ProductWriter.Products products = encode(items);
      commit(products.append(), damaged);
      durable = products.entries().stream()
          .collect(Collectors.toMap(QueueRecord.Waiting::id, Function.identity()));
      items.forEach(item -> release(item.record()));
      done = true;
    } finally {
      settle(items, done, durable);
    }
  }

  /** What the batch did must not be forgotten because the disk is full: it would be done again. */
  private void commit(Append produced, List<byte[]> damaged)
      throws QueueException, InterruptedException {
    boolean said = false;
    while (true) {
      try {
        reader.commit(produced, damaged);
        return;
      } catch (QueueException e) {
        if (!reader.keepsBatch() || context.closing().getAsBoolean()) {
          throw e;
        }
        if (!said) {
          LOG.warn(
              "Spool consumer {} can't write what came of a batch, trying again: {}",
              number,
              e.getMessage());
          said = true;
        }
        stop.await(WAIT);
      }
    }
  }

  private ProductWriter.Products encode(List<SpoolItem> items) throws IOException {
    List<SpoolItem.Outcome> outcomes = items.stream().map(SpoolItem::conclude).toList();
    try {
      return context
          .products()
          .encode(
              outcomes.stream().flatMap(outcome -> outcome.mails().stream()).toList(),
              outcomes.stream().flatMap(outcome -> outcome.entries().stream()).toList());
    } catch (IOException | RuntimeException e) {
      LOG.warn("What came of a batch can't be written together, trying each: {}", e.toString());
    }
    List<ProductWriter.Products> each = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      each.add(encode(items.get(i), outcomes.get(i)));
    }
    return ProductWriter.Products.together(each);
  }

  /** A mail of which nothing can be written is put off by itself, so that it doesn't hold up those taken with it. */
  private ProductWriter.Products encode(SpoolItem item, SpoolItem.Outcome outcome)
      throws IOException {
    try {
      return context.products().encode(outcome.mails(), outcome.entries());
    } catch (IOException | RuntimeException e) {
      LOG.error(
          "{}: what the chain made of it can't be written; the mail is kept and tried again",
          item.record().mail().id(),
          e);
      SpoolItem.Outcome again = item.again("what the chain made can't be written: " + e);
      return context.products().encode(again.mails(), again.entries());
    }
  }

  private void settle(List<SpoolItem> items, boolean done, Map<UUID, QueueRecord.Waiting> durable) {
    for (SpoolItem item : items) {
      UUID record = item.record().id();
      context.outgoing().twins().settle(record, done);
      if (done) {
        context.doubts().settled(record);
        item.settle(durable);
      } else {
        context.doubts().keep(item);
      }
    }
  }

  private List<SpoolItem> readAll(List<SpoolReader.Taken> batch, List<byte[]> damaged)
      throws QueueException, InterruptedException {
    List<SpoolItem> items = new ArrayList<>();
    boolean all = false;
    try {
      read(batch, items, damaged);
      all = true;
      return items;
    } finally {
      if (!all) {
        settle(items, false, Map.of());
        context.room().release(batch.size());
      }
    }
  }

  private void read(List<SpoolReader.Taken> batch, List<SpoolItem> items, List<byte[]> damaged)
      throws QueueException, InterruptedException {
    for (SpoolReader.Taken taken : batch) {
      try {
        switch (codec.decode(taken.octets())) {
          case QueueRecord.Spooled spooled -> {
            // Of two in one batch both leave the spool, or both come again.
            boolean isTwin =
                items.stream().anyMatch(item -> item.record().id().equals(spooled.id()));
            if (isTwin || !add(spooled, taken.repeated(), items)) {
              LOG.info(
                  "{}: lay in the spool twice; once is enough", spooled.mail().id());
            }
          }
          case QueueRecord.Mark mark -> {
            if (mark.id().equals(start)) {
              sweep.marked();
            }
          }
          case QueueRecord.OfEntry entry ->
            throw new DamagedRecordException("a record of entry " + entry.id() + " in the spool");
        }
      } catch (DamagedRecordException e) {
        LOG.error("A record in the spool can't be read and is kept aside: {}", e.getMessage());
        damaged.add(taken.octets());
        blobs.postponeSweep();
      }
    }
  }

  /** @return false when the record was worked off before, which is known only when no other consumer has it in hand */
  private boolean add(QueueRecord.Spooled spooled, boolean takenBefore, List<SpoolItem> items)
      throws QueueException, InterruptedException {
    UUID record = spooled.id();
    SpoolDoubts.Known known = context.doubts().take(record);
    if (context.outgoing().twins().isDone(record)) {
      context.doubts().settled(record);
      return false;
    }
    if (!context.outgoing().twins().claim(record)) {
      // Its consumer may fail, and then nobody would have it.
      throw new QueueException(
          QueueException.Reason.UNAVAILABLE,
          spooled.mail().id() + " is in the hands of another consumer for too long");
    }
    items.add(item(spooled, takenBefore, known));
    return true;
  }

  private SpoolItem item(
      QueueRecord.Spooled spooled, boolean takenBefore, SpoolDoubts.Known known) {
    blob(spooled).ifPresent(name -> blobs.hold(name, spooled.id()));
    if (known.item().isPresent()) {
      return known.item().get();
    }
    boolean repeated = takenBefore || known.repeated();
    if (context.crash().isSuspect(spooled.mail().arrival()) || repeated) {
      String text = "may have been on its way already when the last run or transaction broke off";
      trace.record(Repetition.of(spooled.mail(), "spool", text));
    }
    return new SpoolItem(context, spooled, repeated);
  }

  private void release(QueueRecord.Spooled spooled) {
    blob(spooled).ifPresent(name -> blobs.release(name, spooled.id()));
  }

  private static Optional<String> blob(QueueRecord.Spooled spooled) {
    return spooled.mail().content() instanceof QueuedContent content
        ? content.tail().map(BlobSlice::name)
        : Optional.empty();
  }

  private void await(List<SpoolItem> items) throws InterruptedException {
    try {
      CompletableFuture.allOf(items.stream().map(SpoolItem::done).toArray(CompletableFuture[]::new))
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.debug("A batch goes on without what is slow in it");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a mail's work never fails by itself", e);
    }
  }
}
