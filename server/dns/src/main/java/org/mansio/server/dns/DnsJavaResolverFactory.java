package org.mansio.server.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.Environment;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.DnsResolverFactory;
import org.mansio.spi.settings.HostPort;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.hosts.HostsFileParser;

/** Makes the resolver {@code dnsjava}: a stub resolver that asks recursive name servers. */
public final class DnsJavaResolverFactory implements DnsResolverFactory {
  private static final Logger LOG = LoggerFactory.getLogger(DnsJavaResolverFactory.class);
  private static final int DNS_PORT = 53;

  static final Setting<InetSocketAddress> SERVERS = Setting.of(
          "servers",
          new Setting.Type<>(
              "address or address:port", Setting.Kind.PLAIN, DnsJavaResolverFactory::server),
          "Recursive name servers in the order of asking, as IP addresses with an optional port (53). Empty: those of the "
              + "operating system, read at start.")
      .repeated();

  static final Setting<Duration> TIMEOUT = Setting.duration(
          "timeout",
          "How long one server may take to answer one try; then the next server is asked. At least 1ms.")
      .defaultsTo("3s");

  static final Setting<Long> TRIES = Setting.number(
          "tries", "How often each server is asked before the answer counts as unknown.", 1, 10)
      .defaultsTo("2");

  static final Setting<Long> CACHE_SIZE = Setting.number(
          "cacheSize",
          "Answers kept in memory at the most. Each is kept as long as its TTL says; 0 keeps none.",
          0,
          10_000_000)
      .defaultsTo("50000");

  static final Setting<Duration> MAX_TTL = Setting.duration(
          "maxTtl",
          "How long an answer is kept at the most, whatever its TTL. What doesn't exist is kept 3h at the most.")
      .defaultsTo("1d");

  static final Setting<Long> EDNS_PAYLOAD = Setting.number(
          "ednsPayload",
          "Largest answer over UDP in octets, announced by EDNS(0) (RFC 6891); what is larger comes over TCP. 0 switches "
              + "EDNS off.",
          0,
          4096)
      .defaultsTo("1232");

  static final Setting<Boolean> TRUST_AD = Setting.flag(
          "trustAd",
          "Whether an answer with the AD bit counts as validated by DNSSEC. Only right when the servers validate and the "
              + "path to them can't be tampered with, such as a resolver on this machine.")
      .defaultsTo("false");

  static final Setting<Boolean> VALIDATE = Setting.flag(
          "validate",
          "Whether this server validates answers by DNSSEC itself (RFC 4035); trustAd isn't needed then. The servers must hand "
              + "on signatures. A forged answer counts as none: mail waits.")
      .defaultsTo("false");

  static final Setting<String> TRUST_ANCHORS = Setting.text(
      "trustAnchors",
      "A file with the DS or DNSKEY records that validation begins with, in master-file form. The root's keys of 2017 and "
          + "2024 when not set. Relative paths start at the configuration folder.");

  static final Setting<Boolean> HOSTS_FILE = Setting.flag(
          "hostsFile",
          "Whether addresses are first looked up in the hosts file of the operating system.")
      .defaultsTo("true");

  @Override
  public String name() {
    return "dnsjava";
  }

  @Override
  public String description() {
    return "Asks recursive name servers over UDP and TCP, with a cache that follows each record's TTL.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(
        SERVERS,
        TIMEOUT,
        TRIES,
        CACHE_SIZE,
        MAX_TTL,
        EDNS_PAYLOAD,
        TRUST_AD,
        VALIDATE,
        TRUST_ANCHORS,
        HOSTS_FILE);
  }

  @Override
  public DnsResolver create(Settings settings, Environment environment)
      throws InvalidSettingException {
    Duration timeout = settings.get(TIMEOUT);
    if (timeout.isZero()) {
      throw new InvalidSettingException("timeout must be longer than 0");
    }
    List<InetSocketAddress> servers = settings.all(SERVERS);
    if (servers.isEmpty()) {
      servers = ResolverConfig.getCurrentConfig().servers();
    }
    NameServers.Trust trust = trust(settings, environment);
    if (trust instanceof NameServers.Trust.AdBit) {
      warnOfPaths(servers);
    }
    NameServers nameServers = new NameServers(
        servers,
        timeout,
        Math.toIntExact(settings.get(TRIES)),
        Math.toIntExact(settings.get(EDNS_PAYLOAD)),
        trust);
    AnswerCache cache =
        new AnswerCache(nameServers::ask, settings.get(CACHE_SIZE), settings.get(MAX_TTL));
    Optional<HostsFileParser> hosts =
        settings.get(HOSTS_FILE) ? Optional.of(new HostsFileParser()) : Optional.empty();
    return new DnsJavaResolver(cache, hosts);
  }

  /** RFC 7672 §1.3: the resolver is best on this machine; a network between is the operator's to judge. */
  private static void warnOfPaths(List<InetSocketAddress> servers) {
    List<InetSocketAddress> away = servers.stream()
        .filter(server -> !server.getAddress().isLoopbackAddress())
        .toList();
    if (!away.isEmpty()) {
      LOG.warn(
          "trustAd is true, and these name servers aren't on this machine: {}. Whoever can forge their answers can switch"
              + " DANE off; see validate in dns.xml.",
          away);
    }
  }

  private static NameServers.Trust trust(Settings settings, Environment environment)
      throws InvalidSettingException {
    if (!settings.get(VALIDATE)) {
      if (settings.isSet(TRUST_ANCHORS)) {
        throw new InvalidSettingException("trustAnchors needs validate");
      }
      return settings.get(TRUST_AD) ? new NameServers.Trust.AdBit() : new NameServers.Trust.None();
    }
    if (settings.get(EDNS_PAYLOAD) == 0) {
      // RFC 4035 §4.1: without EDNS there is no way to ask for signatures.
      throw new InvalidSettingException("validate needs EDNS: set ednsPayload to 1232");
    }
    return new NameServers.Trust.Signatures(TrustAnchors.of(
        settings.find(TRUST_ANCHORS).map(file -> environment.configuration().resolve(file))));
  }

  private static InetSocketAddress server(String text) throws InvalidSettingException {
    HostPort parsed = HostPort.parse(isBareIpv6(text) ? "[" + text + "]" : text);
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(parsed.host()), parsed.portOr(DNS_PORT));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "name server '" + text + "' must be an IP address, not a name");
    }
  }

  private static boolean isBareIpv6(String text) {
    return !text.startsWith("[") && text.indexOf(':') != text.lastIndexOf(':');
  }
}
