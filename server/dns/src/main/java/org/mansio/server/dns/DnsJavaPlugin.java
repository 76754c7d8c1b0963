package org.mansio.server.dns;

import java.util.List;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.dns.DnsResolverFactory;

/** Brings the resolver {@code dnsjava}. */
public final class DnsJavaPlugin implements Plugin {
  @Override
  public String name() {
    return "dnsjava";
  }

  @Override
  public String version() {
    String version = DnsJavaPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<DnsResolverFactory> resolvers() {
    return List.of(new DnsJavaResolverFactory());
  }
}
