package org.mansio.protocols.ondemand;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.Services;
import org.mansio.spi.queue.QueueControl;

/** The operations of the plugin. Thread-safe. */
public final class OnDemandOperations implements OnDemandMXBean {
  private static final String OPERATOR = "an operator";

  private final Services services;
  private final OnDemandRelay relay;

  OnDemandOperations(Services services, OnDemandRelay relay) {
    this.services = services;
    this.relay = relay;
  }

  @Override
  public List<CustomerView> getCustomers() {
    return relay.customers().all().stream()
        .map(customer -> new CustomerView(
            customer.requester().toString(),
            customer.domains().stream().map(Domains::toString).toList()))
        .toList();
  }

  @Override
  public List<DomainView> getDomains() {
    Map<String, List<QueueControl.WaitingMail>> waiting = new TreeMap<>();
    relay.customers().all().stream()
        .flatMap(customer -> customer.domains().stream())
        .forEach(domains -> waiting.put(domains.domain(), new ArrayList<>()));
    services.queue().control().waiting(Optional.empty()).stream()
        .filter(mail -> relay.customers().own(mail.domain()))
        .forEach(mail ->
            waiting.computeIfAbsent(mail.domain(), domain -> new ArrayList<>()).add(mail));
    return waiting.entrySet().stream()
        .map(entry -> view(entry.getKey(), entry.getValue()))
        .toList();
  }

  private DomainView view(String domain, List<QueueControl.WaitingMail> waiting) {
    Optional<Instant> oldest =
        waiting.stream().map(QueueControl.WaitingMail::oldestArrival).min(Instant::compareTo);
    Optional<Requests.Request> last = relay.requests().last(domain);
    return new DomainView(
        domain,
        waiting.stream().mapToLong(QueueControl.WaitingMail::count).sum(),
        text(oldest),
        text(last.map(Requests.Request::at)),
        last.map(Requests.Request::verb).orElse(null),
        last.map(request -> request.by() + ": " + request.result()).orElse(null));
  }

  private static @Nullable String text(Optional<Instant> instant) {
    return instant.map(Instant::toString).orElse(null);
  }

  @Override
  public List<CollectionView> getCollections() {
    return relay.runs().views();
  }

  @Override
  public long start(String domain) {
    Domains domains = Domains.find(domain.strip())
        .orElseThrow(() -> new IllegalArgumentException("'" + domain + "' isn't a domain"));
    long count = services.queue().control().start(domains.domain(), domains.subdomains());
    relay.requests().note(domains, "start", OPERATOR, count + " started");
    return count;
  }
}
