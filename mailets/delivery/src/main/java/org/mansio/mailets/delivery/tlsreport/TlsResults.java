package org.mansio.mailets.delivery.tlsreport;

/** Takes note of what became of TLS. Thread-safe; never blocks for the disk and never throws. */
public interface TlsResults {
  /** A connection that is protected as the policy says. */
  void success(ReportedPolicy policy);

  void failure(ReportedPolicy policy, FailureDetail detail);
}
