package org.mansio.server.kernel.login;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/**
 * How much guessing is borne.
 *
 * @param perUser failures of a name after which it is shut out; 0: never
 * @param perAddress failures of an address after which it is shut out; 0: never
 * @param trusted networks whose addresses aren't counted
 * @param tracked addresses, names and familiar pairs remembered, each
 */
record GuardPolicy(
    int perUser,
    int perAddress,
    Duration lockTime,
    Duration forgetAfter,
    Duration delay,
    Duration maxDelay,
    Duration familiarFor,
    List<Network> trusted,
    int tracked) {

  // More than a whole session may be silent would make clients give up.
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);
  private static final Duration LONGEST_LOCK = Duration.ofDays(1);

  static final Setting<Long> PER_USER = Setting.number(
          "failuresPerUser",
          "Failed logins by one name after which the name is shut out for lockTime (454), whether or not there is such a"
              + " user. Addresses that the user logged in from lately are let in all the same. 0: names aren't shut out.",
          0,
          10_000)
      .defaultsTo("10");

  static final Setting<Long> PER_ADDRESS = Setting.number(
          "failuresPerAddress",
          "Failed logins from one IPv4 address or one IPv6 /64 after which it is shut out for lockTime (454). 0: addresses"
              + " aren't shut out.",
          0,
          10_000)
      .defaultsTo("30");

  static final Setting<Duration> LOCK_TIME = Setting.duration(
          "lockTime",
          "How long a name or an address stays shut out, up to 1d. Meanwhile nothing more is counted for it.")
      .defaultsTo("15m");

  static final Setting<Duration> FORGET_AFTER = Setting.duration(
          "forgetAfter",
          "How long after its last failure a name or an address starts anew. A name also does when its user logs in.")
      .defaultsTo("1h");

  static final Setting<Duration> DELAY = Setting.duration(
          "delay",
          "How long the answer to a first failure is held back; twice as long at each further one. 0: not at all.")
      .defaultsTo("1s");

  static final Setting<Duration> MAX_DELAY = Setting.duration(
          "maxDelay", "How long an answer is held back at the most, up to 1m.")
      .defaultsTo("10s");

  static final Setting<Duration> FAMILIAR_FOR = Setting.duration(
          "familiarFor",
          "How long an address that a user logged in from is let in although others got the user's name shut out.")
      .defaultsTo("30d");

  static final Setting<Network> TRUSTED_NETWORKS = Setting.network(
          "trustedNetworks",
          "Networks whose addresses are never counted or shut out, such as that of a webmail server, which logs in for"
              + " everybody. Names are counted from there too.")
      .repeated();

  static final Setting<Long> MAX_TRACKED = Setting.number(
          "maxTracked",
          "Addresses and names remembered, each; those longest quiet are forgotten first. About 200 octets for one.",
          1000,
          10_000_000)
      .defaultsTo("100000");

  static final SettingSchema SCHEMA = SettingSchema.of(
      PER_USER,
      PER_ADDRESS,
      LOCK_TIME,
      FORGET_AFTER,
      DELAY,
      MAX_DELAY,
      FAMILIAR_FOR,
      TRUSTED_NETWORKS,
      MAX_TRACKED);

  static GuardPolicy of(Settings settings) throws InvalidSettingException {
    GuardPolicy policy = new GuardPolicy(
        settings.get(PER_USER).intValue(),
        settings.get(PER_ADDRESS).intValue(),
        settings.get(LOCK_TIME),
        settings.get(FORGET_AFTER),
        settings.get(DELAY),
        settings.get(MAX_DELAY),
        settings.get(FAMILIAR_FOR),
        settings.all(TRUSTED_NETWORKS),
        settings.get(MAX_TRACKED).intValue());
    if (policy.lockTime.isZero() || policy.lockTime.compareTo(LONGEST_LOCK) > 0) {
      throw new InvalidSettingException("lockTime must be more than 0 and at most 1d");
    }
    if (policy.maxDelay.compareTo(LONGEST_DELAY) > 0) {
      throw new InvalidSettingException("maxDelay must be at most 1m");
    }
    if (policy.delay.compareTo(policy.maxDelay) > 0) {
      throw new InvalidSettingException("delay must not be more than maxDelay");
    }
    return policy;
  }

  boolean trusts(InetAddress client) {
    return trusted.stream().anyMatch(network -> network.contains(client));
  }

  /** How long to hold back the answer to so many failures. */
  Duration delay(int failures) {
    Duration wait = delay;
    for (int i = 1; i < failures && wait.compareTo(maxDelay) < 0; i++) {
      wait = wait.multipliedBy(2);
      if (wait.isZero()) {
        return wait;
      }
    }
    return wait.compareTo(maxDelay) > 0 ? maxDelay : wait;
  }
}
