package org.mansio.server.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.mail.MailAddress;

/**
 * Rows kept for seconds, since every RCPT asks for them. A change by this process begins a new generation, so that nothing
 * older is used again, not even what a concurrent reader is about to put here. Changes by other nodes count when the time
 * is over. Bounded; thread-safe.
 */
final class CachedRows implements DirectoryRows {
  private static final int MAX_ENTRIES = 100_000;
  private static final String ALL = "";

  private final Database database;
  private final AtomicLong generation = new AtomicLong();
  private final Kept<Boolean> domains;
  private final Kept<Boolean> users;
  private final Kept<List<Alias>> aliases;
  private final Kept<List<PatternLine>> patterns;

  private record Key(long generation, String text) {}

  /**
   * A cache before the database.
   *
   * @param found how long a row may be used
   * @param missing how long the lack of one
   */
  CachedRows(Database database, Duration found, Duration missing) {
    this.database = database;
    this.domains = new Kept<>(found, missing, exists -> !exists);
    this.users = new Kept<>(found, missing, exists -> !exists);
    this.aliases = new Kept<>(found, missing, List::isEmpty);
    this.patterns = new Kept<>(found, found, lines -> false);
  }

  /** To be called after a change was committed. */
  void changed() {
    generation.incrementAndGet();
  }

  @Override
  public boolean hasDomain(String domain) {
    return domains.get(domain, rows -> rows.hasDomain(domain));
  }

  @Override
  public boolean hasUser(MailAddress address) {
    return users.get(address.toString(), rows -> rows.hasUser(address));
  }

  @Override
  public List<Alias> aliases(String source) {
    return aliases.get(source, rows -> rows.aliases(source));
  }

  @Override
  public List<PatternLine> patterns() {
    return patterns.get(ALL, DirectoryRows::patterns);
  }

  private final class Kept<V> {
    private final Cache<Key, V> cache;

    Kept(Duration found, Duration missing, Predicate<V> isMissing) {
      cache = Caffeine.newBuilder()
          .maximumSize(MAX_ENTRIES)
          .expireAfter(
              Expiry.<Key, V>creating((key, value) -> isMissing.test(value) ? missing : found))
          .build();
    }

    /** Loads outside the cache's locks: a database that hangs must not hold up other keys. */
    V get(String text, Function<DirectoryRows, V> load) {
      Key key = new Key(generation.get(), text);
      V kept = cache.getIfPresent(key);
      return kept == null ? load(key, load) : kept;
    }

    /** By itself, so that the compiler doesn't take the database's code into each place that only looks here. */
    private V load(Key key, Function<DirectoryRows, V> load) {
      V loaded = database.read(handle -> load.apply(new SqlRows(handle)));
      cache.put(key, loaded);
      return loaded;
    }
  }
}
