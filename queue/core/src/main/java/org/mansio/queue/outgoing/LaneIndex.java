package org.mansio.queue.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
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

  private final LanePolicies policies;
  private final InstantSource clock;
  private final Map<String, Lane> byName = new HashMap<>();
  private final NavigableMap<String, List<Lane>> byDestination = new TreeMap<>();
  /** All lanes, in the order in which they are looked at whether they are still used. */
  private final ArrayDeque<Lane> toLookAt = new ArrayDeque<>();

  LaneIndex(LanePolicies policies, InstantSource clock) {
    this.policies = policies;
    this.clock = clock;
  }

  /** The lane of a route, new when it isn't known yet. */
  Lane of(Route route) {
    Lane known = byName.get(route.lane());
    if (known != null) {
      return known;
    }
    Lane lane = new Lane(route, policies.of(route), clock.millis());
    byName.put(lane.name, lane);
    // Nearly always the only one, in which case the list takes no room to speak of.
    byDestination.merge(fromTheRight(lane.destination), List.of(lane), LaneIndex::both);
    toLookAt.add(lane);
    return lane;
  }

  Collection<Lane> all() {
    return byName.values();
  }

  /** The lanes to a domain, over any transport. */
  List<Lane> to(String domain, boolean subdomains) {
    String key = fromTheRight(domain);
    List<Lane> found = new ArrayList<>(byDestination.getOrDefault(key, List.of()));
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

  private static List<Lane> both(List<Lane> lanes, List<Lane> more) {
    return Stream.concat(lanes.stream(), more.stream()).toList();
  }

  /**
   * Forgets lanes that nothing has used for long. Each is looked at once in that time, so that never all are walked over.
   *
   * @param most lanes to look at now
   * @return false when there are more to look at
   */
  boolean sweep(Instant now, int most) {
    long latest = now.minus(MEMORY).toEpochMilli();
    for (int i = 0; i < most; i++) {
      Lane lane = toLookAt.peek();
      if (lane == null || lane.seen > latest) {
        return true;
      }
      toLookAt.remove();
      if (lane.isIdle(now.toEpochMilli()) && lane.lastUsed.plus(MEMORY).isBefore(now)) {
        forget(lane);
      } else {
        lane.seen = now.toEpochMilli();
        toLookAt.add(lane);
      }
    }
    return false;
  }

  private void forget(Lane lane) {
    byName.remove(lane.name);
    byDestination.computeIfPresent(fromTheRight(lane.destination), (key, lanes) -> {
      List<Lane> left = lanes.stream().filter(other -> other != lane).toList();
      return left.isEmpty() ? null : left;
    });
  }

  /** {@code mail.example.org} as {@code org.example.mail}. */
  private static String fromTheRight(String destination) {
    List<String> labels = Arrays.asList(destination.toLowerCase(Locale.ROOT).split("\\.", -1));
    Collections.reverse(labels);
    return String.join(".", labels);
  }
}
