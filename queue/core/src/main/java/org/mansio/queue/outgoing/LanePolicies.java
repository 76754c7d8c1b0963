package org.mansio.queue.outgoing;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.queue.Route;

/**
 * Which policy holds for which lane: that of the most specific pattern that its destination fits; of two equal ones the one
 * that names the lane's transport. Found by looking up the few patterns that a destination can fit, however many there are.
 * Immutable.
 */
public final class LanePolicies {
  private final LanePolicy standard;
  private final Map<Key, LanePolicy> special;

  /** @param transport empty for any */
  private record Key(DestinationPattern pattern, Optional<String> transport) {}

  private LanePolicies(LanePolicy standard, Map<Key, LanePolicy> special) {
    this.standard = standard;
    this.special = Map.copyOf(special);
  }

  /** One policy for all lanes. */
  public static LanePolicies of(LanePolicy standard) {
    return new LanePolicies(standard, Map.of());
  }

  /** Collects the policies of patterns. */
  public static final class Builder {
    private final LanePolicy standard;
    private final Map<Key, LanePolicy> special = new HashMap<>();

    /** @param standard for lanes that no pattern fits */
    public Builder(LanePolicy standard) {
      this.standard = standard;
    }

    /**
     * Sets the policy of a pattern.
     *
     * @param transport empty for any
     * @return false when the same pattern has one already
     */
    public boolean add(
        DestinationPattern pattern, Optional<String> transport, LanePolicy policy) {
      return special.putIfAbsent(new Key(pattern, transport), policy) == null;
    }

    public LanePolicies build() {
      return new LanePolicies(standard, special);
    }
  }

  LanePolicy of(Route route) {
    return special.isEmpty()
        ? standard
        : DestinationPattern.matching(route.destination())
            .flatMap(pattern -> Stream.of(
                new Key(pattern, Optional.of(route.transport())),
                new Key(pattern, Optional.empty())))
            .map(this::find)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(standard);
  }

  private @Nullable LanePolicy find(Key key) {
    return special.get(key);
  }
}
