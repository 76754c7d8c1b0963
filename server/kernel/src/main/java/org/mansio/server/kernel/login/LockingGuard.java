package org.mansio.server.kernel.login;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.LoginGuard;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in memory, and shuts out for a time what fails too often.
 *
 * <p>A user whose name strangers got shut out must not be shut out with them: an address that the user logged in from lately
 * is familiar, and is judged by its own count only. Nothing is counted for what is shut out, so nobody can keep somebody
 * else out longer than one lock-out for each set of failures. Restarts forget everything.
 */
public final class LockingGuard implements LoginGuard {
  private static final Logger LOG = LoggerFactory.getLogger(LockingGuard.class);

  /** What can be set in {@code <loginGuard>}. */
  public static final SettingSchema SETTINGS = GuardPolicy.SCHEMA;

  // A longer name is no mail address (RFC 5321 §4.5.3.1.3); what is counted for it can be short.
  private static final int MAX_NAME = 320;
  // RFC 6177: a site has a /64 at the least.
  private static final int SITE_OCTETS = 8;
  private static final Admission AT_ONCE = new Admission.Granted(Duration.ZERO);

  private final GuardPolicy policy;
  private final Function<String, Optional<MailAddress>> addressOf;
  private final Clock clock;
  private final FailureCounts addresses;
  private final FailureCounts users;
  private final Map<String, Instant> familiar;

  /**
   * A guard that has counted nothing.
   *
   * @param settings of {@link #SETTINGS}
   * @param addressOf what a login means, so that all its forms count as one
   */
  public LockingGuard(
      Settings settings, Function<String, Optional<MailAddress>> addressOf, Clock clock)
      throws InvalidSettingException {
    this.policy = GuardPolicy.of(settings);
    this.addressOf = addressOf;
    this.clock = clock;
    this.addresses = new FailureCounts(Tracked.Kind.ADDRESS, policy.perAddress(), policy);
    this.users = new FailureCounts(Tracked.Kind.USER, policy.perUser(), policy);
    this.familiar = FailureCounts.bounded(policy.tracked());
  }

  @Override
  public Admission admit(InetAddress client) {
    if (policy.trusts(client)) {
      return AT_ONCE;
    }
    synchronized (this) {
      return addresses
          .locked(subject(client), clock.instant())
          .<Admission>map(Admission.Refused::new)
          .orElse(AT_ONCE);
    }
  }

  @Override
  public synchronized Admission succeeded(InetAddress client, MailAddress user) {
    Instant now = clock.instant();
    String name = user.toString().toLowerCase(Locale.ROOT);
    Optional<Duration> locked = lockedFor(client, name, now);
    if (locked.isPresent()) {
      return new Admission.Refused(locked.get());
    }
    users.forget(name);
    familiar.put(pair(client, name), now);
    return AT_ONCE;
  }

  @Override
  public synchronized Admission failed(InetAddress client, Optional<String> login) {
    Instant now = clock.instant();
    int failures = policy.trusts(client) ? 1 : ofAddress(client, now);
    if (login.isPresent()) {
      String name = name(login.get());
      Optional<Duration> locked = lockedFor(client, name, now);
      if (locked.isPresent()) {
        return new Admission.Refused(locked.get());
      }
      if (users.locked(name, now).isEmpty()) {
        failures = Math.max(failures, ofUser(client, name, now));
      }
    }
    return new Admission.Granted(policy.delay(failures));
  }

  private int ofAddress(InetAddress client, Instant now) {
    String subject = subject(client);
    int failures = addresses.add(subject, now);
    if (addresses.locked(subject, now).isPresent()) {
      LOG.warn(
          "logins from {} are shut out for {} after {} failures",
          subject,
          policy.lockTime(),
          failures);
    }
    return failures;
  }

  private int ofUser(InetAddress client, String name, Instant now) {
    int failures = users.add(name, now);
    if (users.locked(name, now).isPresent()) {
      LOG.warn(
          "logins of {} are shut out for {} after {} failures, the last from {}",
          name,
          policy.lockTime(),
          failures,
          client.getHostAddress());
    }
    return failures;
  }

  private Optional<Duration> lockedFor(InetAddress client, String name, Instant now) {
    return isFamiliar(client, name, now) ? Optional.empty() : users.locked(name, now);
  }

  private boolean isFamiliar(InetAddress client, String name, Instant now) {
    Instant last = familiar.get(pair(client, name));
    return last != null && last.plus(policy.familiarFor()).isAfter(now);
  }

  @Override
  public synchronized List<Tracked> tracked() {
    Instant now = clock.instant();
    return Stream.concat(addresses.tracked(now).stream(), users.tracked(now).stream())
        .sorted(
            Comparator.comparingInt(Tracked::failures).reversed().thenComparing(Tracked::subject))
        .toList();
  }

  @Override
  public synchronized boolean forget(String subject) {
    boolean address = addresses.forget(subject);
    return users.forget(subject.toLowerCase(Locale.ROOT)) || address;
  }

  /** One name for all forms of a login; control characters can't reach a log through it. */
  private String name(String login) {
    String text = addressOf.apply(login).map(MailAddress::toString).orElse(login);
    String shown = text.replaceAll("\\p{Cntrl}", "?").toLowerCase(Locale.ROOT);
    return shown.length() > MAX_NAME ? shown.substring(0, MAX_NAME) : shown;
  }

  private static String pair(InetAddress client, String name) {
    return subject(client) + " " + name;
  }

  /** An IPv4 address, or an IPv6 /64. */
  static String subject(InetAddress client) {
    if (!(client instanceof Inet6Address six)) {
      return client.getHostAddress();
    }
    byte[] octets = six.getAddress();
    Arrays.fill(octets, SITE_OCTETS, octets.length, (byte) 0);
    try {
      return compressed(InetAddress.getByAddress(octets).getHostAddress()) + "/64";
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 octets are an address", e);
    }
  }

  /** The JDK writes all eight groups; the last four are zero here. */
  private static String compressed(String groups) {
    String kept = groups.replaceFirst("(:0)+$", "");
    return (kept.equals("0") ? "" : kept) + "::";
  }
}
