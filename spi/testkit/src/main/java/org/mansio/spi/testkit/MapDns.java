package org.mansio.spi.testkit;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.MxRecord;
import org.mansio.spi.dns.TlsaRecord;

/** A name service made of a table. A name without any record doesn't exist. Thread-safe. */
public final class MapDns implements DnsResolver {
  private final Map<String, List<Object>> records = new ConcurrentHashMap<>();
  private final Set<String> broken = ConcurrentHashMap.newKeySet();
  private final Set<String> brokenAliases = ConcurrentHashMap.newKeySet();
  private final Set<String> authentic = ConcurrentHashMap.newKeySet();

  private record Text(String value) {}

  private record Name(String value) {}

  private record Alias(String target) {}

  /** Adds an MX record; an empty host is the null MX. */
  public MapDns mx(String domain, int preference, String host) {
    return add(domain, new MxRecord(preference, host));
  }

  /** Adds an A or AAAA record; the address is a literal. */
  public MapDns address(String host, String address) {
    return add(host, InetAddress.ofLiteral(address));
  }

  public MapDns txt(String name, String text) {
    return add(name, new Text(text));
  }

  /** Adds a CNAME record, which questions for addresses follow. */
  public MapDns alias(String name, String target) {
    return add(name, new Alias(target));
  }

  /** Adds a TLSA record, such as that of {@code _25._tcp.mx.example.org}. */
  public MapDns tlsa(String name, TlsaRecord record) {
    return add(name, record);
  }

  /** Adds a PTR record. */
  public MapDns name(String address, String host) {
    return add(InetAddress.ofLiteral(address).getHostAddress(), new Name(host));
  }

  /** Makes every question for the name fail, as with SERVFAIL. */
  public MapDns broken(String name) {
    broken.add(key(name));
    return this;
  }

  /** Makes every question for a CNAME record of the name fail, while its addresses are still found. */
  public MapDns brokenAlias(String name) {
    brokenAliases.add(key(name));
    return this;
  }

  /** Makes questions for the name succeed again. */
  public MapDns mended(String name) {
    broken.remove(key(name));
    brokenAliases.remove(key(name));
    return this;
  }

  /** Makes the answers for the name count as validated by DNSSEC. */
  public MapDns authentic(String name) {
    authentic.add(key(name));
    return this;
  }

  private MapDns add(String name, Object data) {
    records
        .computeIfAbsent(key(name), k -> java.util.Collections.synchronizedList(new ArrayList<>()))
        .add(data);
    return this;
  }

  @Override
  public DnsAnswer<MxRecord> mx(String domain) {
    return answer(domain, MxRecord.class);
  }

  @Override
  public DnsAnswer<InetAddress> addresses(String host) {
    return switch (ownAlias(host)) {
      case DnsAnswer.Found<String> alias -> behind(alias);
      case DnsAnswer.NoData<String> none -> answer(host, InetAddress.class);
      case DnsAnswer.NoSuchName<String> none -> new DnsAnswer.NoSuchName<>();
      case DnsAnswer.Unknown<String> unknown -> new DnsAnswer.Unknown<>(unknown.reason());
    };
  }

  private DnsAnswer<InetAddress> behind(DnsAnswer.Found<String> alias) {
    DnsAnswer<InetAddress> answer = addresses(alias.records().getFirst());
    return answer instanceof DnsAnswer.Found<InetAddress> found
        ? new DnsAnswer.Found<>(found.records(), found.authentic() && alias.authentic())
        : answer;
  }

  @Override
  public DnsAnswer<String> alias(String name) {
    return brokenAliases.contains(key(name))
        ? new DnsAnswer.Unknown<>("SERVFAIL for the alias of " + name)
        : ownAlias(name);
  }

  private DnsAnswer<String> ownAlias(String name) {
    return values(answer(name, Alias.class), Alias::target);
  }

  @Override
  public DnsAnswer<TlsaRecord> tlsa(String name) {
    return answer(name, TlsaRecord.class);
  }

  @Override
  public DnsAnswer<String> txt(String name) {
    return values(answer(name, Text.class), Text::value);
  }

  @Override
  public DnsAnswer<String> names(InetAddress address) {
    return values(answer(address.getHostAddress(), Name.class), Name::value);
  }

  private <T> DnsAnswer<T> answer(String name, Class<T> type) {
    if (broken.contains(key(name))) {
      return new DnsAnswer.Unknown<>("SERVFAIL for " + name);
    }
    List<Object> all = records.get(key(name));
    if (all == null) {
      return new DnsAnswer.NoSuchName<>();
    }
    List<T> found =
        List.copyOf(all).stream().filter(type::isInstance).map(type::cast).toList();
    return found.isEmpty()
        ? new DnsAnswer.NoData<>(authentic.contains(key(name)))
        : new DnsAnswer.Found<>(found, authentic.contains(key(name)));
  }

  private static <A, B> DnsAnswer<B> values(
      DnsAnswer<A> answer, java.util.function.Function<A, B> value) {
    return switch (answer) {
      case DnsAnswer.Found<A> found ->
        new DnsAnswer.Found<>(found.records().stream().map(value).toList(), found.authentic());
      case DnsAnswer.NoData<A> none -> new DnsAnswer.NoData<>(none.authentic());
      case DnsAnswer.NoSuchName<A> none -> new DnsAnswer.NoSuchName<>();
      case DnsAnswer.Unknown<A> unknown -> new DnsAnswer.Unknown<>(unknown.reason());
    };
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
