package org.mansio.server.dns;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.MxRecord;
import org.mansio.spi.dns.TlsaRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;

/**
 * Name service on dnsjava's messages. Each question ends after the time-outs of {@link NameServers}; CNAMEs are followed to
 * a depth of {@value #MAX_ALIASES}. Thread-safe; a caller blocks, best on a virtual thread.
 */
final class DnsJavaResolver implements DnsResolver {
  /** More CNAMEs in a row than any sound zone has. */
  static final int MAX_ALIASES = 12;

  private static final Logger LOG = LoggerFactory.getLogger(DnsJavaResolver.class);

  private final AnswerCache cache;
  private final Optional<HostsFileParser> hosts;

  DnsJavaResolver(AnswerCache cache, Optional<HostsFileParser> hosts) {
    this.cache = cache;
    this.hosts = hosts;
  }

  @Override
  public DnsAnswer<MxRecord> mx(String domain) {
    return lookup(domain, Type.MX, record -> {
      MXRecord mx = (MXRecord) record;
      return new MxRecord(mx.getPriority(), text(mx.getTarget()));
    });
  }

  @Override
  public DnsAnswer<InetAddress> addresses(String host) {
    Optional<Name> name = name(host);
    if (name.isEmpty()) {
      return new DnsAnswer.NoSuchName<>();
    }
    List<InetAddress> known = known(name.get());
    if (!known.isEmpty()) {
      return new DnsAnswer.Found<>(known, false);
    }
    CompletableFuture<Reply> v4 = cache.ask(name.get(), Type.A);
    CompletableFuture<Reply> v6 = cache.ask(name.get(), Type.AAAA);
    return either(
        answer(follow(v4.join(), Type.A), record -> ((ARecord) record).getAddress()),
        answer(follow(v6.join(), Type.AAAA), record -> ((AAAARecord) record).getAddress()));
  }

  @Override
  public DnsAnswer<String> alias(String name) {
    return lookup(name, Type.CNAME, record -> text(((CNAMERecord) record).getTarget()));
  }

  @Override
  public DnsAnswer<TlsaRecord> tlsa(String name) {
    return lookup(name, Type.TLSA, record -> {
      TLSARecord tlsa = (TLSARecord) record;
      return new TlsaRecord(
          tlsa.getCertificateUsage(),
          tlsa.getSelector(),
          tlsa.getMatchingType(),
          tlsa.getCertificateAssociationData());
    });
  }

  @Override
  public DnsAnswer<String> txt(String name) {
    return lookup(name, Type.TXT, record -> joined((TXTRecord) record));
  }

  @Override
  public DnsAnswer<String> names(InetAddress address) {
    return answer(
        follow(cache.ask(ReverseMap.fromAddress(address), Type.PTR).join(), Type.PTR),
        record -> text(((PTRRecord) record).getTarget()));
  }

  private <T> DnsAnswer<T> lookup(String text, int type, Function<Record, T> value) {
    Optional<Name> name = name(text);
    return name.isEmpty()
        ? new DnsAnswer.NoSuchName<>()
        : answer(follow(cache.ask(name.get(), type).join(), type), value);
  }

  /** Asks for what a CNAME at the end of a reply points to. */
  private Reply follow(Reply first, int type) {
    Reply reply = first;
    boolean authentic = true;
    for (int depth = 0; reply instanceof Reply.Alias alias; depth++) {
      if (depth == MAX_ALIASES) {
        return new Reply.Failure("more than " + MAX_ALIASES + " CNAMEs at " + alias.target());
      }
      authentic &= alias.authentic();
      reply = cache.ask(alias.target(), type).join();
    }
    if (authentic) {
      return reply;
    }
    return switch (reply) {
      case Reply.Records records -> new Reply.Records(records.records(), false, records.ttl());
      case Reply.NoData none -> new Reply.NoData(false, none.ttl());
      case Reply.Alias alias -> alias;
      case Reply.NoSuchName none -> none;
      case Reply.Failure failure -> failure;
    };
  }

  private static <T> DnsAnswer<T> answer(Reply reply, Function<Record, T> value) {
    return switch (reply) {
      case Reply.Records found ->
        new DnsAnswer.Found<>(found.records().stream().map(value).toList(), found.authentic());
      case Reply.NoData none -> new DnsAnswer.NoData<>(none.authentic());
      case Reply.NoSuchName none -> new DnsAnswer.NoSuchName<>();
      case Reply.Alias open ->
        new DnsAnswer.Unknown<>("CNAME to " + open.target() + " wasn't followed");
      case Reply.Failure failure -> new DnsAnswer.Unknown<>(failure.reason());
    };
  }

  /** One family is enough; but "none" only when both say so. */
  private static DnsAnswer<InetAddress> either(
      DnsAnswer<InetAddress> v4, DnsAnswer<InetAddress> v6) {
    if (v4 instanceof DnsAnswer.Found<InetAddress> a
        && v6 instanceof DnsAnswer.Found<InetAddress> b) {
      List<InetAddress> all = new ArrayList<>(a.records());
      all.addAll(b.records());
      return new DnsAnswer.Found<>(all, a.authentic() && b.authentic());
    }
    if (v4 instanceof DnsAnswer.Found<InetAddress>) {
      return v4;
    }
    if (v6 instanceof DnsAnswer.Found<InetAddress>
        || v6 instanceof DnsAnswer.Unknown<InetAddress>) {
      return v6;
    }
    return v4 instanceof DnsAnswer.NoData<InetAddress> ? v6 : v4;
  }

  /** RFC 6761 §6.3: localhost is loopback, whatever a name server says; then the hosts file. */
  private List<InetAddress> known(Name name) {
    if (hosts.isEmpty()) {
      return List.of();
    }
    List<InetAddress> found = new ArrayList<>();
    try {
      hosts.get().getAddressForHost(name, Type.A).ifPresent(found::add);
      hosts.get().getAddressForHost(name, Type.AAAA).ifPresent(found::add);
    } catch (IOException e) {
      LOG.warn("the hosts file can't be read, asking name servers instead: {}", e.toString());
    }
    if (found.isEmpty() && name.equals(Name.fromConstantString("localhost."))) {
      found.add(InetAddress.ofLiteral("127.0.0.1"));
      found.add(InetAddress.ofLiteral("::1"));
    }
    return found;
  }

  /** Empty when no such name can exist: an empty or overlong label, more than 255 octets. */
  private static Optional<Name> name(String text) {
    try {
      return Optional.of(Name.fromString(text, Name.root).canonicalize());
    } catch (TextParseException e) {
      LOG.debug("'{}' can't be a domain name: {}", text, e.getMessage());
      return Optional.empty();
    }
  }

  /** The octets of all strings in a row; {@code getStrings} would escape quotes and backslashes. */
  private static String joined(TXTRecord record) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    record.getStringsAsByteArrays().forEach(octets::writeBytes);
    return octets.toString(StandardCharsets.UTF_8);
  }

  private static String text(Name name) {
    return name.equals(Name.root) ? "" : name.toString(true).toLowerCase(Locale.ROOT);
  }
}
