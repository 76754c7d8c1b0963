package org.mansio.queue.activemq;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.mansio.queue.outgoing.DestinationPattern;
import org.mansio.queue.outgoing.LanePolicies;
import org.mansio.queue.outgoing.LanePolicy;
import org.mansio.queue.outgoing.Rate;
import org.mansio.queue.outgoing.RateLimits;
import org.mansio.queue.outgoing.RetrySchedule;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingGroup;
import org.mansio.spi.settings.Settings;

/** The {@code <destination>} elements of {@code queue.xml}: what is set for some destinations other than for the rest. */
final class DestinationSettings {
  static final Setting<List<DestinationPattern>> MATCH = Setting.of(
          "match",
          DestinationPattern.TYPE,
          "For which destinations, as mansioctl queue destinations names them behind the colon, separated by spaces: example.org"
              + " for that one, .example.org for all domains below it, * for all. Of several elements that fit the most"
              + " specific one counts; what it doesn't set is as set for the whole queue.")
      .mandatory();

  static final Setting<String> TRANSPORT = Setting.text(
      "transport",
      "Only for mail over this transport: what mansioctl queue destinations names before the colon. Not set: over any.");

  static final Setting<Long> CONCURRENCY =
      Setting.number("concurrency", "Delivery attempts at once at the most.", 1, 10_000);

  static final Setting<Long> INITIAL_CONCURRENCY = Setting.number(
      "initialConcurrency",
      "Delivery attempts at once until it is known how the destination bears them.",
      1,
      10_000);

  static final Setting<Rate> RATE = Setting.of(
      "rate",
      Rate.TYPE,
      "How many mails in which time, spread evenly over it: 10/1s, 600/1m, 5000/1h. Kept by each server for itself.");

  static final Setting<Rate> RECIPIENT_RATE = Setting.of(
      "recipientRate",
      Rate.TYPE,
      "How many recipients in which time. A mail with more of them still goes at once; those behind it wait the longer.");

  static final Setting<Rate> CONNECTION_RATE = Setting.of(
      "connectionRate",
      Rate.TYPE,
      "How many new connections in which time; a mail that goes over a kept one doesn't count. For SMTP and LMTP.");

  static final Setting<List<Duration>> RETRY_SCHEDULE = Setting.of(
          "retrySchedule", RetrySchedule.STEP, "As retrySchedule of the queue.")
      .repeated();

  static final Setting<Duration> MAX_AGE =
      Setting.duration("maxAge", "As maxAge of the queue.");

  static final Setting<List<Duration>> DELAY_WARNING = Setting.of(
          "delayWarning", RetrySchedule.WARNING, "As delayWarning of the queue.")
      .repeated();

  static final SettingGroup GROUP = SettingGroup.of(
      "destination",
      "What holds for the mail to some destinations other than for the rest.",
      MATCH,
      TRANSPORT,
      CONCURRENCY,
      INITIAL_CONCURRENCY,
      RATE,
      RECIPIENT_RATE,
      CONNECTION_RATE,
      RETRY_SCHEDULE,
      MAX_AGE,
      DELAY_WARNING);

  private DestinationSettings() {}

  /** The policies of all destinations. @param standard for those that no element is for */
  static LanePolicies read(Settings queue, LanePolicy standard) throws InvalidSettingException {
    LanePolicies.Builder policies = new LanePolicies.Builder(standard);
    List<Settings> elements = queue.each(GROUP);
    for (int i = 0; i < elements.size(); i++) {
      Settings element = elements.get(i);
      Optional<String> transport = element.find(TRANSPORT);
      LanePolicy policy = policy(element, standard);
      for (DestinationPattern pattern : element.get(MATCH)) {
        if (!policies.add(pattern, transport, policy)) {
          throw new InvalidSettingException(
              "<destination> for '" + pattern + "' stands twice"
                  + transport.map(name -> " for transport " + name).orElse(""),
              GROUP,
              i);
        }
      }
    }
    return policies.build();
  }

  private static LanePolicy policy(Settings element, LanePolicy standard) {
    return new LanePolicy(
        element
            .find(CONCURRENCY)
            .map(limit -> OptionalInt.of(limit.intValue()))
            .orElse(standard.concurrency()),
        element.find(INITIAL_CONCURRENCY).map(Long::intValue).orElse(standard.initialConcurrency()),
        new RateLimits(
            element.find(RATE), element.find(RECIPIENT_RATE), element.find(CONNECTION_RATE)),
        schedule(element, standard.schedule()));
  }

  private static RetrySchedule schedule(Settings element, RetrySchedule standard) {
    return new RetrySchedule(
        element.isSet(RETRY_SCHEDULE) ? flat(element.all(RETRY_SCHEDULE)) : standard.delays(),
        element.find(MAX_AGE).orElse(standard.maxAge()),
        element.isSet(DELAY_WARNING) ? flat(element.all(DELAY_WARNING)) : standard.warnings());
  }

  private static List<Duration> flat(List<List<Duration>> steps) {
    return steps.stream().flatMap(List::stream).toList();
  }
}
