package org.mansio.queue.activemq.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.activemq.store.kahadb.disk.journal.DataFile;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.mansio.queue.activemq.journal.JournalFiles.Position;

/** Finds out what is alive in a journal by reading it. For the thread that opens the journal, while nobody writes to it. */
final class JournalScan {
  private final Journal journal;
  private final JournalFiles files;
  private final JournalKey key;

  JournalScan(Journal journal, JournalFiles files, JournalKey key) {
    this.journal = journal;
    this.files = files;
    this.key = key;
  }

  /**
   * Lets the files know their live records, from the index and what follows it in the journal; with their lock held.
   *
   * @param directory of the index
   * @param writer the records' own
   * @return where there is something that can't be read
   * @throws IOException when a file can't be read; what the files know is of no use then
   */
  List<JournalDamage> recover(Path directory, JournalWriter writer) throws IOException {
    Map<Position, LiveRecord> alive = new HashMap<>();
    Map<Integer, DataFile> present = journal.getFileMap();
    JournalIndex index = JournalIndex.read(directory, present, key)
        .filter(read -> isWithin(read.file(), read.offset()))
        .orElse(new JournalIndex(0, 0, List.of()));
    // Also those in which nothing is alive, so that they go in their turn.
    present.keySet().stream().filter(id -> id <= last()).forEach(id -> files.file(journal, id));
    for (JournalIndex.Known known : index.records()) {
      // A file is deleted only after all that was in it has ended.
      if (present.containsKey(known.file())) {
        LiveRecord record = new LiveRecord(writer, known.kind(), known.length());
        files.file(journal, known.file()).add(record, known.position());
        alive.put(new Position(known.file(), known.position()), record);
      }
    }
    return read(
        index.file(), index.offset(), id -> new Recovery(writer, files.file(journal, id), alive));
  }

  private int last() {
    return journal.getLastAppendLocation().getDataFileId();
  }

  /** An index of what isn't there any more would hide what was written in its place since. */
  private boolean isWithin(int file, int offset) {
    DataFile last = journal.getFileMap().get(last());
    return file < last() || file == last() && last != null && offset <= last.getLength();
  }

  private record Recovery(JournalWriter writer, JournalFile file, Map<Position, LiveRecord> alive)
      implements JournalReplay.Changes {
    @Override
    public void added(RecordKind kind, int position, int length) {
      LiveRecord record = new LiveRecord(writer, kind, length);
      file.add(record, position);
      alive.put(new Position(file.id, position), record);
    }

    @Override
    public void ended(int in, int position) {
      LiveRecord record = alive.remove(new Position(in, position));
      if (record != null && record.file != null) {
        record.file.remove(record);
      }
    }
  }

  /**
   * What the journal says otherwise than the files, since the disk refused something.
   *
   * @param unknown where records are alive of which the files don't know
   * @param ended where records have ended that are alive for the files
   */
  record Difference(Set<Position> unknown, Set<Position> ended) {
    /** What is left of it when this is alive; it changes. */
    Difference now(Set<Position> alive) {
      unknown.removeAll(alive);
      ended.retainAll(alive);
      return this;
    }
  }

  /**
   * Reads the whole journal; without the lock of the files, while nobody writes.
   *
   * @param alive what was alive for the files when the reading began, or more
   * @throws IOException also when the thread is interrupted
   */
  Difference compare(Set<Position> alive) throws IOException {
    Set<Position> found = new LinkedHashSet<>();
    Set<Position> ended = new HashSet<>();
    // Ends in the file whose sync was refused, or in the one before when it was that, may not be on
    // the disk.
    int trusted = last() - 2;
    read(0, 0, id -> new Survey(id, id <= trusted, found, alive, ended));
    return new Difference(found, ended);
  }

  private record Survey(
      int file, boolean endsCount, Set<Position> found, Set<Position> alive, Set<Position> ended)
      implements JournalReplay.Changes {
    @Override
    public void added(RecordKind kind, int position, int length) {
      found.add(new Position(file, position));
    }

    @Override
    public void ended(int in, int position) {
      Position end = new Position(in, position);
      if (alive.contains(end)) {
        ended.add(end);
      }
      if (endsCount) {
        found.remove(end);
      }
    }
  }

  /**
   * Reads the files from a place on, to the end of what was written.
   *
   * @return where there is something that can't be read
   */
  private List<JournalDamage> read(
      int first, int offset, IntFunction<JournalReplay.Changes> listener) throws IOException {
    List<JournalDamage> damages = new ArrayList<>();
    int last = last();
    for (Map.Entry<Integer, DataFile> file : journal.getFileMap().entrySet()) {
      int id = file.getKey();
      if (id >= first && id <= last) {
        int from = id == first ? offset : 0;
        damages.addAll(
            JournalReplay.read(id, file.getValue().getFile(), from, key, listener.apply(id)));
      }
    }
    return damages;
  }
}
