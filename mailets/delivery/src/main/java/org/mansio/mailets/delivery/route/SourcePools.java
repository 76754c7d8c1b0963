package org.mansio.mailets.delivery.route;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.settings.InvalidSettingException;

/** The local addresses that mail leaves from, in pools, and which mail takes which pool. Immutable but for its counts. */
public final class SourcePools {
  /** Text, set by the chain: the name of the pool that a mail leaves from, whatever route and rules say. */
  public static final String ATTRIBUTE = "sourcePool";

  private static final int MAX_PRIORITY = 9;
  private static final int MAX_PER_DAY = 100_000_000;
  private static final Set<String> OF_ADDRESSES = Set.of("helo", "warm-up", "since");
  private static final Set<String> OF_RULES = Set.of("sender", "min-priority", "max-priority");

  private final Map<String, SourcePool> pools;
  private final List<SourceRule> rules;

  private SourcePools(Map<String, SourcePool> pools, List<SourceRule> rules) {
    this.pools = Map.copyOf(pools);
    this.rules = List.copyOf(rules);
  }

  /** The system chooses the address of all mail. */
  public static SourcePools none() {
    return new SourcePools(Map.of(), List.of());
  }

  /**
   * Reads the lines of a setting and of a file behind it.
   *
   * @param setting its name, for the places of errors
   * @throws InvalidSettingException with every line that is wrong
   */
  public static SourcePools read(
      Optional<String> text, String setting, Optional<Path> file, SentCounts counts)
      throws InvalidSettingException {
    List<PlacedLine> lines = new ArrayList<>(PlacedLine.all(text, setting, file));
    // A line may name what stands below it. The sort is stable.
    lines.sort(Comparator.comparingInt(line -> Reading.KINDS.indexOf(line.first())));
    Reading reading = new Reading();
    PlacedLine.readAll(lines, reading::read);
    Map<String, SourcePool> pools = new LinkedHashMap<>();
    reading.addresses.forEach(
        (name, addresses) -> pools.put(name, new SourcePool(name, addresses, counts)));
    return new SourcePools(pools, reading.rules);
  }

  /** What the lines so far said. */
  private static final class Reading {
    /** In the order in which they are read. */
    static final List<String> KINDS = List.of("warm-up", "pool", "use");

    private final Map<String, List<Integer>> schedules = new LinkedHashMap<>();
    private final Map<String, List<SourceAddress>> addresses = new LinkedHashMap<>();
    private final List<SourceRule> rules = new ArrayList<>();

    void read(PlacedLine line) throws InvalidSettingException {
      if (!KINDS.contains(line.first())) {
        throw new InvalidSettingException(
            "'" + line.first() + "' isn't one of: " + String.join(", ", KINDS));
      }
      if (line.words().size() < 2) {
        throw new InvalidSettingException("a name is missing behind '" + line.first() + "'");
      }
      String name = line.words().get(1);
      switch (line.first()) {
        case "warm-up" -> schedule(name, line.from(2));
        case "pool" -> address(name, line.from(2));
        default -> rule(name, new LineOptions(line.from(2), OF_RULES));
      }
    }

    private void schedule(String name, List<String> words) throws InvalidSettingException {
      List<Integer> perDay = new ArrayList<>();
      for (String word : words) {
        perDay.add(LineOptions.numberOf(word, "mails of a day", 0, MAX_PER_DAY));
      }
      if (perDay.isEmpty()) {
        throw new InvalidSettingException("a warm-up needs the mails of each day: 50 100 500 …");
      }
      if (schedules.putIfAbsent(name, perDay) != null) {
        throw new InvalidSettingException("the warm-up '" + name + "' stands twice");
      }
    }

    private void address(String pool, List<String> words) throws InvalidSettingException {
      if (words.isEmpty()) {
        throw new InvalidSettingException("an IP address is missing behind '" + pool + "'");
      }
      InetAddress address;
      try {
        address = InetAddress.ofLiteral(words.getFirst());
      } catch (IllegalArgumentException e) {
        throw new InvalidSettingException("'" + words.getFirst() + "' isn't an IP address");
      }
      LineOptions options = new LineOptions(words.subList(1, words.size()), OF_ADDRESSES);
      Optional<String> helo = options.text("helo");
      SourceAddress source = new SourceAddress(
          address,
          helo.isEmpty() ? helo : Optional.of(HeloName.parse(helo.get())),
          warmUp(options));
      List<SourceAddress> present = addresses.computeIfAbsent(pool, name -> new ArrayList<>());
      if (present.stream().anyMatch(other -> other.address().equals(address))) {
        throw new InvalidSettingException(
            words.getFirst() + " stands twice in the pool '" + pool + "'");
      }
      present.add(source);
    }

    private Optional<WarmUp> warmUp(LineOptions options) throws InvalidSettingException {
      Optional<String> schedule = options.text("warm-up");
      Optional<String> since = options.text("since");
      if (schedule.isPresent() != since.isPresent()) {
        throw new InvalidSettingException("warm-up and since need each other");
      }
      if (schedule.isEmpty()) {
        return Optional.empty();
      }
      List<Integer> perDay = schedules.get(schedule.get());
      if (perDay == null) {
        throw new InvalidSettingException("there is no warm-up '" + schedule.get() + "'");
      }
      try {
        return Optional.of(new WarmUp(perDay, LocalDate.parse(since.orElseThrow())));
      } catch (DateTimeException e) {
        throw new InvalidSettingException(
            "'" + since.orElseThrow() + "' isn't a day such as 2026-03-01");
      }
    }

    private void rule(String pool, LineOptions options) throws InvalidSettingException {
      if (!addresses.containsKey(pool)) {
        throw new InvalidSettingException("there is no pool '" + pool + "'");
      }
      int least = options.number("min-priority", -MAX_PRIORITY, MAX_PRIORITY).orElse(-MAX_PRIORITY);
      int most = options.number("max-priority", -MAX_PRIORITY, MAX_PRIORITY).orElse(MAX_PRIORITY);
      if (least > most) {
        throw new InvalidSettingException("no priority is from " + least + " to " + most);
      }
      rules.add(new SourceRule(
          pool,
          options.text("sender").isEmpty()
              ? Optional.empty()
              : Optional.of(SourceRule.pattern(options.text("sender").get())),
          least,
          most));
    }
  }

  public boolean isEmpty() {
    return pools.isEmpty();
  }

  /** The names that this host gives in EHLO. */
  public Stream<String> heloNames() {
    return pools.values().stream()
        .flatMap(pool -> pool.addresses().stream())
        .flatMap(source -> source.heloName().stream());
  }

  /**
   * The name of the pool that a mail leaves from: of its attribute {@link #ATTRIBUTE}, else of its route, else of the first
   * rule that matches. Empty: the system chooses the address.
   */
  public Optional<String> nameFor(
      Envelope envelope, Attributes attributes, Optional<String> ofRoute) {
    return attributes
        .text(ATTRIBUTE)
        .or(() -> ofRoute)
        .or(() -> rules.stream()
            .filter(rule -> rule.matches(envelope))
            .map(SourceRule::pool)
            .findFirst());
  }

  public Optional<SourcePool> pool(String name) {
    return Optional.ofNullable(pools.get(name));
  }

  /** Whether they say the same; what they counted is no matter. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourcePools that
        && that.rules.equals(rules)
        && that.addresses().equals(addresses());
  }

  @Override
  public int hashCode() {
    return Objects.hash(rules, addresses());
  }

  private Map<String, List<SourceAddress>> addresses() {
    Map<String, List<SourceAddress>> addresses = new LinkedHashMap<>();
    pools.forEach((name, pool) -> addresses.put(name, pool.addresses()));
    return addresses;
  }
}
