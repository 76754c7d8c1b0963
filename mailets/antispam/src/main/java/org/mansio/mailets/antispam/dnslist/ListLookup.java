package org.mansio.mailets.antispam.dnslist;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mansio.spi.Services;
import org.mansio.spi.dns.DnsAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks several lists at the same time. What isn't answered in time, or not at all, isn't listed. Thread-safe. */
final class ListLookup {
  private static final Logger LOG = LoggerFactory.getLogger(ListLookup.class);

  private final Services services;
  private final ListHealth health;
  private final Duration timeout;

  /** @param timeout for all lists together */
  ListLookup(Services services, ListHealth health, Duration timeout) {
    this.services = services;
    this.health = health;
    this.timeout = timeout;
  }

  /**
   * A listing.
   *
   * @param subject the address or domain that is listed
   * @param name the name that was asked for
   * @param codes the answer
   */
  record Listing(DnsList list, String subject, String name, List<String> codes) {
    @Override
    public String toString() {
      return subject + " is listed by " + list + " (" + String.join(" ", codes) + ")";
    }
  }

  /** One question. */
  record Question(DnsList list, String subject, String name, boolean ofDomain) {
    static Question of(DnsList list, InetAddress address) {
      return new Question(list, address.getHostAddress(), list.question(address), false);
    }

    static Question of(DnsList list, String domain) {
      return new Question(list, domain, list.question(domain), true);
    }
  }

  List<Listing> ask(List<Question> questions) {
    List<FutureTask<Optional<Listing>>> tasks = new ArrayList<>();
    for (Question question : questions) {
      FutureTask<Optional<Listing>> task = new FutureTask<>(() -> ask(question));
      tasks.add(task);
      Thread.ofVirtual().name("dnslist-" + question.list().zone()).start(task);
    }
    long end = System.nanoTime() + timeout.toNanos();
    List<Listing> listings = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      String name = questions.get(i).name();
      within(tasks.get(i), end, name).ifPresent(listings::add);
    }
    return listings;
  }

  /** The list's own explanation (RFC 5782 §2.1), for the client. */
  Optional<String> explanation(Listing listing) {
    FutureTask<Optional<String>> task = new FutureTask<>(
        () -> services.dns().txt(listing.name()).recordsOrNone().stream().findFirst());
    Thread.ofVirtual().name("dnslist-" + listing.list().zone()).start(task);
    return within(task, System.nanoTime() + timeout.toNanos(), listing.name());
  }

  private static <T> Optional<T> within(FutureTask<Optional<T>> task, long end, String name) {
    try {
      return task.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      LOG.info("No answer in time to {}", name);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("The question for {} failed", name, e.getCause());
    }
    return Optional.empty();
  }

  private Optional<Listing> ask(Question question) {
    if (!health.usable(question.list(), question.ofDomain())) {
      return Optional.empty();
    }
    return switch (services.dns().addresses(question.name())) {
      case DnsAnswer.Found<InetAddress> found -> listing(question, found.records());
      case DnsAnswer.NoData<InetAddress> none -> Optional.empty();
      case DnsAnswer.NoSuchName<InetAddress>() -> Optional.empty();
      case DnsAnswer.Unknown<InetAddress>(String reason) -> {
        LOG.info("DNS list {} doesn't answer: {}", question.list(), reason);
        yield Optional.empty();
      }
    };
  }

  private static Optional<Listing> listing(Question question, List<InetAddress> answer) {
    DnsList list = question.list();
    List<String> codes = answer.stream()
        .filter(list.codes()::contain)
        .map(InetAddress::getHostAddress)
        .sorted()
        .toList();
    if (codes.isEmpty()) {
      LOG.info(
          "DNS list {} answers {} with {}, which doesn't count", list, question.name(), answer);
      return Optional.empty();
    }
    return Optional.of(new Listing(list, question.subject(), question.name(), codes));
  }
}
