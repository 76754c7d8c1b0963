package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mansio.spi.queue.Route;

/**
 * The lanes, by name and by destination. Destinations lie in the order of their labels from the right, so that a domain and
 * all below it are neighbours and are found without a look at any other lane. Guarded by the scheduler's lock.
 */
final class LaneIndex {
  /** How long an unused lane's history is kept. */
  private static final Duration MEMORY = Duration.ofMinutes(10);

  /** How often unused lanes are looked for: it takes a walk over all lanes. */
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final Map<String, Lane> byName = new HashMap<>();
  private final NavigableMap<String, Set<Lane>> byDestination = new TreeMap<>();
  private Instant nextSweep = Instant.MIN;

  /** The lane of a route, new when it isn't known yet. */
  Lane of(Route route) {
    Lane known = byName.get(route.lane());
    if (known != null) {
      return known;
    }
    Lane lane = new Lane(route);
    byName.put(lane.name, lane);
    byDestination
        .computeIfAbsent(fromTheRight(lane.destination), d -> new HashSet<>())
        .add(lane);
    return lane;
  }

  Collection<Lane> all() {
    return byName.values();
  }

  /** The lanes to a domain, over any transport. */
  List<Lane> to(String domain, boolean subdomains) {
    String key = fromTheRight(domain);
    List<Lane> found = new ArrayList<>(byDestination.getOrDefault(key, Set.of()));
    if (subdomains) {
      // What begins with "org.example." lies before "org.example/": '/' is the next character.
      byDestination.subMap(key + '.', key + '/').values().forEach(found::addAll);
    }
    return found;
  }

  /** The lanes that an operator means by a lane's name, or the destination part of one; in any case. */
  List<Lane> meantBy(String wanted) {
    int colon = wanted.indexOf(':');
    return Stream.of(wanted, wanted.substring(colon + 1))
        .distinct()
        .flatMap(destination -> to(destination, false).stream())
        .filter(lane -> lane.isMeantBy(wanted))
        .distinct()
        .toList();
  }

  /** Forgets lanes that nothing has used for long. */
  void sweep(Instant now) {
    if (now.isBefore(nextSweep)) {
      return;
    }
    nextSweep = now.plus(SWEEP);
    List<Lane> unused = byName.values().stream()
        .filter(lane -> lane.isIdle() && lane.lastUsed.plus(MEMORY).isBefore(now))
        .toList();
    unused.forEach(this::forget);
  }

  private void forget(Lane lane) {
    byName.remove(lane.name);
    String key = fromTheRight(lane.destination);
    Optional.ofNullable(byDestination.get(key))
        .filter(lanes -> lanes.remove(lane) && lanes.isEmpty())
        .ifPresent(none -> byDestination.remove(key));
  }

  /** {@code mail.example.org} as {@code org.example.mail}. */
  private static String fromTheRight(String destination) {
    List<String> labels = Arrays.asList(destination.toLowerCase(Locale.ROOT).split("\\.", -1));
    Collections.reverse(labels);
    return String.join(".", labels);
  }
}
