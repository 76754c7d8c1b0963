package org.mansio.mailets.delivery.route;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * One of the hosts of a route, in the terms of RFC 2782.
 *
 * @param preference lower goes first; a higher one only when no host with a lower one takes the mail
 * @param weight its share among the hosts of the same preference; at least 1
 */
public record SmartHost(HostPort host, int preference, int weight) {
  private static final int USUAL_PREFERENCE = 10;
  private static final int MAX_PREFERENCE = 65_535;
  private static final int MAX_WEIGHT = 65_535;

  /** With the usual preference and weight. */
  public static SmartHost of(HostPort host) {
    return new SmartHost(host, USUAL_PREFERENCE, 1);
  }

  /**
   * All of them in the order to try: lower preferences first, equal ones drawn by lot without replacement, each with a chance in
   * proportion to its weight (as RFC 2782 has it).
   */
  public static List<SmartHost> drawn(List<SmartHost> hosts, RandomGenerator random) {
    if (hosts.size() == 1) {
      return hosts;
    }
    record Drawn(SmartHost host, double key) {}
    return hosts.stream()
        // The first of exponentially distributed times with these rates is each one in proportion
        // to its rate.
        .map(host -> new Drawn(host, random.nextExponential() / host.weight()))
        .sorted(Comparator.<Drawn>comparingInt(drawn -> drawn.host().preference())
            .thenComparingDouble(Drawn::key))
        .map(Drawn::host)
        .toList();
  }

  /** Reads {@code host[:port][;weight=N][;preference=N]}. */
  static SmartHost parse(String text) throws InvalidSettingException {
    List<String> parts = List.of(text.split(";", -1));
    LineOptions options =
        new LineOptions(parts.subList(1, parts.size()), Set.of("weight", "preference"));
    return new SmartHost(
        HostPort.parse(parts.getFirst()),
        options.number("preference", 0, MAX_PREFERENCE).orElse(USUAL_PREFERENCE),
        options.number("weight", 1, MAX_WEIGHT).orElse(1));
  }
}
