package org.mansio.protocols.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** How often each number occurred; an octet for each. Thread-safe. */
final class Numbers {
  private static final int FIRST_SIZE = 1024;

  private byte[] times = new byte[FIRST_SIZE];
  private int size;
  private int distinct;
  private long total;

  /** Numbers from {@code first} to {@code last}, both included. */
  record Range(int first, int last) {
    int count() {
      return last - first + 1;
    }

    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + "-" + last;
    }
  }

  synchronized void add(int number) {
    if (number >= times.length) {
      times = Arrays.copyOf(times, Math.max(number + 1, times.length * 2));
    }
    size = Math.max(size, number + 1);
    total++;
    if (times[number] == 0) {
      distinct++;
    }
    if (times[number] < Byte.MAX_VALUE) {
      times[number]++;
    }
  }

  synchronized void add(Range range) {
    for (int number = range.first(); number <= range.last(); number++) {
      add(number);
    }
  }

  synchronized boolean has(int number) {
    return number < times.length && times[number] > 0;
  }

  /** How many different ones. */
  synchronized int distinct() {
    return distinct;
  }

  /** How many with those that came again. */
  synchronized long total() {
    return total;
  }

  /** All, as few ranges as possible, ascending. */
  synchronized List<Range> ranges() {
    return ranges(number -> times[number] > 0);
  }

  /** Those that occurred more than once. */
  synchronized List<Range> repeated() {
    return ranges(number -> times[number] > 1);
  }

  /** Those that occurred here and not there. */
  synchronized List<Range> without(Numbers others) {
    return ranges(number -> times[number] > 0 && !others.has(number));
  }

  private List<Range> ranges(IntPredicate wanted) {
    List<Range> ranges = new ArrayList<>();
    int first = -1;
    for (int number = 0; number <= size; number++) {
      boolean in = number < size && wanted.test(number);
      if (in && first < 0) {
        first = number;
      } else if (!in && first >= 0) {
        ranges.add(new Range(first, number - 1));
        first = -1;
      }
    }
    return ranges;
  }

  static int count(List<Range> ranges) {
    return ranges.stream().mapToInt(Range::count).sum();
  }
}
