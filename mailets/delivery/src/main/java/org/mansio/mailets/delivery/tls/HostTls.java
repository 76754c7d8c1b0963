package org.mansio.mailets.delivery.tls;

import org.mansio.mailets.delivery.tlsreport.ReportedPolicy;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.spi.queue.RecipientResult;

/** What holds for one host. */
public sealed interface HostTls {
  /** Why, for the trace. */
  String reason();

  /** @param reported what reports say of it */
  record Use(ClientOptions options, String reason, ReportedPolicy reported) implements HostTls {}

  /** The host gets no mail. @param result for the recipients, when no other host takes it */
  record Avoid(RecipientResult result, String reason) implements HostTls {}
}
