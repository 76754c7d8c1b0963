package org.mansio.mailets.antispam.hook;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A map that forgets what wasn't used for longest when it is full, so that no flood of new keys fills the memory.
 * Thread-safe.
 */
public final class RecentMap<K, V> {
  private final Map<K, V> map;

  /** @param capacity entries kept at most */
  public RecentMap(int capacity) {
    this.map = new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > capacity;
      }
    };
  }

  /** The value, and it counts as used. */
  public synchronized Optional<V> get(K key) {
    return Optional.ofNullable(map.get(key));
  }

  public synchronized void put(K key, V value) {
    map.put(key, value);
  }

  /** Changes a value in one step, beginning with {@code initial}. @return the new value */
  public synchronized V update(K key, V initial, UnaryOperator<V> change) {
    V value = change.apply(map.getOrDefault(key, initial));
    map.put(key, value);
    return value;
  }

  public synchronized void remove(K key) {
    map.remove(key);
  }

  public synchronized int size() {
    return map.size();
  }

  /** All entries as they are now, those used longest ago first. */
  public synchronized Map<K, V> copy() {
    return new LinkedHashMap<>(map);
  }
}
