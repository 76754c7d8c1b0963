package org.mansio.mailets.delivery.tls;

import java.util.Optional;
import org.mansio.mailets.delivery.tlsreport.FailureDetail;
import org.mansio.mailets.delivery.tlsreport.ReportedPolicy;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.spi.queue.RecipientResult;

/** What holds for one host. */
public sealed interface HostTls {
  /** Why, for the trace. */
  String reason();

  /** The policy, as reports name it. */
  ReportedPolicy reported();

  /** What fails already before the host is asked, for reports. */
  Optional<FailureDetail> flaw();

  record Use(
      ClientOptions options, String reason, ReportedPolicy reported, Optional<FailureDetail> flaw)
      implements HostTls {}

  /** The host gets no mail. @param result for the recipients, when no other host takes it */
  record Avoid(
      RecipientResult result, String reason, ReportedPolicy reported, Optional<FailureDetail> flaw)
      implements HostTls {}
}
