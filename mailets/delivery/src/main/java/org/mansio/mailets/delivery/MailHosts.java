package org.mansio.mailets.delivery;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.mansio.mailets.delivery.route.SmartHost;
import org.mansio.protocols.smtpclient.Peer;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.MxRecord;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.settings.HostPort;

/**
 * Finds the hosts that take mail for a domain, in the order of RFC 5321 §5.1: MX records by preference, the domain itself
 * only where it has none, never this host or one that is worse. Blocking; thread-safe.
 */
final class MailHosts {
  /** MX records looked at; a domain with more is out to make work. */
  static final int MAX_RECORDS = 100;

  /** Addresses tried in one attempt; at 30 s for each dead one, ten minutes. */
  static final int MAX_ADDRESSES = 20;

  /** RFC 3463 §3.4: system incorrectly configured. */
  private static final EnhancedStatus MISCONFIGURED = EnhancedStatus.parse("4.3.5");

  private static final String LOCALHOST = "localhost";
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final String IPV6_TAG = "[ipv6:";

  /** The answer. */
  sealed interface Answer {
    /**
     * Hosts in the order to try, equal ranks in any order; at least one.
     *
     * @param authentic whether their names are beyond doubt: of MX records that DNSSEC validated, the domain's own name, or
     *     the operator's choice
     * @param validated whether DNSSEC validated the MX records, or that there are none, which DANE builds on
     */
    record Found(List<Host> hosts, boolean authentic, boolean validated) implements Answer {}

    /** No host: this becomes of each recipient. */
    record None(RecipientResult result) implements Answer {}
  }

  /**
   * An address of a mail host.
   *
   * @param rank lower goes first
   * @param authentic whether DNSSEC validated that the name has this address, which DANE builds on
   */
  record Host(Peer peer, int rank, boolean authentic) {}

  private record Named(String name, int port, int rank) {}

  private final DnsResolver dns;
  private final Set<String> ownNames;

  /** @param ownNames lower case: MX records with such a host point back here */
  MailHosts(DnsResolver dns, Set<String> ownNames) {
    this.dns = dns;
    this.ownNames = ownNames;
  }

  /** The hosts for a domain or an address literal. */
  Answer ofDomain(String domain, int port) {
    if (domain.startsWith("[")) {
      return ofLiteral(domain, port);
    }
    return switch (dns.mx(domain)) {
      case DnsAnswer.Found<MxRecord> found -> ofRecords(domain, found, port);
      // RFC 5321 §5.1: the implicit MX, only where there is no MX record at all.
      case DnsAnswer.NoData<MxRecord> none ->
        ownNames.contains(domain)
            ? loop(domain)
            : resolve(domain, List.of(new Named(domain, port, 0)), true, none.authentic());
      case DnsAnswer.NoSuchName<MxRecord> none ->
        failed("5.1.2", "domain " + domain + " does not exist");
      case DnsAnswer.Unknown<MxRecord> unknown ->
        deferred("no MX answer for " + domain + ": " + unknown.reason());
    };
  }

  /** One host of an operator's own choice; this host is as good as any. */
  Answer ofHost(HostPort host, int standardPort) {
    return ofSmartHosts(List.of(SmartHost.of(host)), standardPort);
  }

  /**
   * Hosts of an operator's own choice, in a fresh order that is to be kept: by preference, and among equal ones by lot, so that
   * each goes first as often as its weight says. Where none has an address mail waits.
   */
  Answer ofSmartHosts(List<SmartHost> smartHosts, int standardPort) {
    List<Named> hosts = new ArrayList<>();
    for (SmartHost next : SmartHost.drawn(smartHosts, ThreadLocalRandom.current())) {
      hosts.add(new Named(next.host().host(), next.host().portOr(standardPort), hosts.size()));
    }
    return switch (resolve("the route", hosts, true, false)) {
      // For the operator to mend, and no sender's fault: the mail waits.
      case Answer.None(RecipientResult.Failed failed) ->
        new Answer.None(
            new RecipientResult.Deferred(MISCONFIGURED, Optional.empty(), failed.diagnostic()));
      case Answer answer -> answer;
    };
  }

  private Answer ofLiteral(String domain, int port) {
    boolean tagged = domain.toLowerCase(Locale.ROOT).startsWith(IPV6_TAG);
    String text = domain.substring(tagged ? IPV6_TAG.length() : 1, domain.length() - 1);
    return literal(text)
        .<Answer>map(address -> new Answer.Found(
            List.of(new Host(Peer.of(domain, address, port), 0, false)), true, false))
        .orElseGet(() -> failed("5.1.3", domain + " is no address"));
  }

  private Answer ofRecords(String domain, DnsAnswer.Found<MxRecord> answer, int port) {
    List<MxRecord> records = answer.records();
    if (records.stream().allMatch(MxRecord::isNull)) {
      // RFC 7505 §4: 5.1.10 with 556.
      return failed("5.1.10", "556 domain " + domain + " takes no mail (null MX)");
    }
    List<MxRecord> sorted =
        new ArrayList<>(records.stream().filter(mx -> !mx.isNull()).toList());
    Collections.shuffle(sorted);
    // The sort is stable, so that equal preferences stay in the order of the shuffle (RFC 5321
    // §5.1).
    sorted.sort(Comparator.comparingInt(MxRecord::preference));
    int ownPreference = sorted.stream()
        .filter(mx -> ownNames.contains(mx.host()))
        .mapToInt(MxRecord::preference)
        .findFirst()
        .orElse(Integer.MAX_VALUE);
    List<Named> hosts = sorted.stream()
        .filter(mx -> mx.preference() < ownPreference)
        .limit(MAX_RECORDS)
        .map(mx -> new Named(mx.host(), port, mx.preference()))
        .toList();
    return hosts.isEmpty()
        ? loop(domain)
        : resolve(domain, hosts, answer.authentic(), answer.authentic());
  }

  private Answer resolve(String domain, List<Named> names, boolean authentic, boolean validated) {
    List<Host> hosts = new ArrayList<>();
    Optional<String> unknown = Optional.empty();
    for (Named named : names) {
      switch (addresses(named.name())) {
        case DnsAnswer.Found<InetAddress> found ->
          alternating(found.records())
              .forEach(address -> hosts.add(new Host(
                  Peer.of(named.name(), address, named.port()), named.rank(), found.authentic())));
        case DnsAnswer.NoData<InetAddress> none -> {}
        case DnsAnswer.NoSuchName<InetAddress> none -> {}
        case DnsAnswer.Unknown<InetAddress> failure ->
          unknown = Optional.of("no address of " + named.name() + ": " + failure.reason());
      }
      if (hosts.size() >= MAX_ADDRESSES) {
        break;
      }
    }
    if (!hosts.isEmpty()) {
      return new Answer.Found(
          hosts.subList(0, Math.min(hosts.size(), MAX_ADDRESSES)), authentic, validated);
    }
    return unknown
        .map(MailHosts::deferred)
        .orElseGet(() -> failed("5.4.4", "no mail host of " + domain + " has an address"));
  }

  private DnsAnswer<InetAddress> addresses(String name) {
    // RFC 6761 §6.3: localhost is not a question for the name service.
    if (name.equalsIgnoreCase(LOCALHOST)) {
      return new DnsAnswer.Found<>(
          List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")), false);
    }
    return literal(name)
        .<DnsAnswer<InetAddress>>map(address -> new DnsAnswer.Found<>(List.of(address), false))
        .orElseGet(() -> dns.addresses(name));
  }

  private static Optional<InetAddress> literal(String text) {
    if (text.indexOf(':') < 0 && !IPV4.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Both families in turn, so that a host without a way to one of them costs one try, not all. */
  private static List<InetAddress> alternating(List<InetAddress> addresses) {
    List<InetAddress> shuffled = new ArrayList<>(addresses);
    Collections.shuffle(shuffled);
    boolean firstIsV4 = shuffled.getFirst() instanceof Inet4Address;
    Deque<InetAddress> same = new ArrayDeque<>();
    Deque<InetAddress> other = new ArrayDeque<>();
    shuffled.forEach(
        address -> (address instanceof Inet4Address == firstIsV4 ? same : other).add(address));
    List<InetAddress> result = new ArrayList<>();
    while (!same.isEmpty() || !other.isEmpty()) {
      Optional.ofNullable(same.poll()).ifPresent(result::add);
      Optional.ofNullable(other.poll()).ifPresent(result::add);
    }
    return result;
  }

  private static Answer loop(String domain) {
    return failed(
        "5.4.6",
        "mail for " + domain
            + " loops back here: this host is its best MX, and it isn't a local domain");
  }

  private static Answer failed(String status, String reason) {
    return new Answer.None(
        new RecipientResult.Failed(EnhancedStatus.parse(status), Optional.empty(), reason));
  }

  private static Answer deferred(String reason) {
    return new Answer.None(
        new RecipientResult.Deferred(EnhancedStatus.parse("4.4.3"), Optional.empty(), reason));
  }
}
