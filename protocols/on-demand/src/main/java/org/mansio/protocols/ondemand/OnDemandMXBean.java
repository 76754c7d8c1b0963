package org.mansio.protocols.ondemand;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** On-demand relay for operators. */
public interface OnDemandMXBean {
  /** Who may ask for the mail of which domains. */
  List<CustomerView> getCustomers();

  /** The customers' domains, and what waits for them; domains below those of {@code @domain} while mail waits. */
  List<DomainView> getDomains();

  /** What this server asks others for. */
  List<CollectionView> getCollections();

  /**
   * Sends what waits for a domain now, as ETRN does.
   *
   * @param domain a domain, or {@code @} and a domain for its subdomains too
   * @return how many mails that is
   */
  long start(String domain);

  /**
   * Who may ask.
   *
   * @param requester such as {@code user:shop@example.net}
   */
  record CustomerView(String requester, List<String> domains) {}

  /**
   * A domain.
   *
   * @param waiting mails that wait until they are asked for
   * @param oldestArrival ISO 8601; null when none waits
   * @param lastRequest ISO 8601; null when there was none since the start
   * @param lastVerb such as {@code ETRN}; null as lastRequest
   * @param lastResult what came of it; null as lastRequest
   */
  record DomainView(
      String domain,
      long waiting,
      @Nullable String oldestArrival,
      @Nullable String lastRequest,
      @Nullable String lastVerb,
      @Nullable String lastResult) {}

  /**
   * A RemoteQueueStart.
   *
   * @param name in {@code server.xml}
   * @param next ISO 8601; null while it runs
   * @param succeeded runs since the start
   * @param failed runs since the start
   * @param mails taken by ATRN since the start
   * @param lastRun ISO 8601; null before the first
   * @param lastResult null before the first
   */
  record CollectionView(
      String name,
      @Nullable String next,
      long succeeded,
      long failed,
      long mails,
      @Nullable String lastRun,
      @Nullable String lastResult) {}
}
