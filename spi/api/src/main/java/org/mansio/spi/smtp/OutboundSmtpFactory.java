package org.mansio.spi.smtp;

import org.mansio.spi.Environment;
import org.mansio.spi.dns.DnsResolver;

/** Makes the {@link OutboundSmtp} of the server. */
public interface OutboundSmtpFactory {
  /** Opens nothing before the first session. Also called by {@code mansio check}. */
  OutboundSmtp create(Environment environment, DnsResolver dns);
}
