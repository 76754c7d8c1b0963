package org.mansio.mailets.antispam.callout;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.mansio.mailets.antispam.hook.Rate;
import org.mansio.mailets.antispam.hook.RecentMap;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.smtp.SmtpProbe;
import org.mansio.spi.smtp.SmtpProbe.Answer;

/** What other hosts have said of addresses, asked when it isn't known, and not too often. Thread-safe. */
final class KnownAddresses {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String ALL = "all";

  private final RecentMap<String, Known> known;
  private final Rate rate;
  private final Rules rules;
  private final InstantSource clock;

  private record Known(Answer answer, Instant until) {}

  /**
   * How long answers hold, and how often to ask.
   *
   * @param keepTaken for an address that exists
   * @param keepRefused for one that doesn't; shorter, since somebody may just be setting it up
   * @param keepUnknown for one that couldn't be asked for, so that a dead host isn't tried for each mail
   * @param perMinute questions, for all addresses together
   */
  record Rules(
      Duration keepTaken,
      Duration keepRefused,
      Duration keepUnknown,
      int capacity,
      long perMinute) {}

  KnownAddresses(Rules rules, InstantSource clock) {
    this.known = new RecentMap<>(rules.capacity());
    this.rate = new Rate(MINUTE, 1, clock);
    this.rules = rules;
    this.clock = clock;
  }

  Answer ask(MailAddress address, SmtpProbe probe, SmtpProbe.Question question) {
    String key = address.toString().toLowerCase(Locale.ROOT);
    Optional<Known> before =
        known.get(key).filter(entry -> clock.instant().isBefore(entry.until()));
    if (before.isPresent()) {
      return before.get().answer();
    }
    if (rate.of(ALL) >= rules.perMinute()) {
      return new Answer.Unknown("too many questions within a minute");
    }
    rate.add(ALL);
    Answer answer = probe.ask(question);
    Duration keep = switch (answer) {
      case Answer.Taken() -> rules.keepTaken();
      case Answer.Refused ignored -> rules.keepRefused();
      case Answer.Unknown ignored -> rules.keepUnknown();
    };
    known.put(key, new Known(answer, clock.instant().plus(keep)));
    return answer;
  }
}
