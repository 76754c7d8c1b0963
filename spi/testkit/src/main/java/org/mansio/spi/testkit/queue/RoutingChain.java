package org.mansio.spi.testkit.queue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Dispatch;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/**
 * A chain in miniature: sends recipients to the lane of their domain, and keeps what comes back to the processor {@code
 * bounces}. Thread-safe.
 */
public final class RoutingChain implements MailProcessor {
  /** The processor that failed recipients come back to. */
  public static final String BOUNCES = "bounces";

  private final String transport;
  private final List<SpooledMail> processed = new CopyOnWriteArrayList<>();
  private final List<SpooledMail> bounced = new CopyOnWriteArrayList<>();

  /** @param transport that all mail goes to */
  public RoutingChain(String transport) {
    this.transport = transport;
  }

  @Override
  public ProcessingResult process(SpooledMail mail) {
    if (mail.processor().equals(BOUNCES)) {
      bounced.add(mail);
      return new ProcessingResult(List.of(), List.of(), List.of());
    }
    processed.add(mail);
    return dispatch(mail);
  }

  /** One dispatch for each domain. */
  public ProcessingResult dispatch(SpooledMail mail) {
    Map<String, List<Recipient>> byDomain = new LinkedHashMap<>();
    for (Recipient recipient : mail.envelope().recipients()) {
      byDomain
          .computeIfAbsent(recipient.address().domain(), domain -> new ArrayList<>())
          .add(recipient);
    }
    List<Dispatch> dispatches = new ArrayList<>();
    byDomain.forEach((domain, recipients) -> dispatches.add(new Dispatch(
        mail.withEnvelope(mail.envelope().withRecipients(recipients)),
        new Route(transport, domain, BOUNCES))));
    return new ProcessingResult(List.of(), dispatches, List.of());
  }

  /** The mails that entered at the root. */
  public List<SpooledMail> processed() {
    return List.copyOf(processed);
  }

  /** The mails that came back. */
  public List<SpooledMail> bounced() {
    return List.copyOf(bounced);
  }
}
