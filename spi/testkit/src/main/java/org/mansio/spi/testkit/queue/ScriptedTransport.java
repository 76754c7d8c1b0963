package org.mansio.spi.testkit.queue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Transport;

/** A transport whose answers a test sets for each destination; it remembers every attempt. Thread-safe. */
public final class ScriptedTransport implements Transport {
  private final String name;
  private final boolean waitsForRequest;
  private volatile int concurrency = Transport.super.laneConcurrency();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<Delivery> attempts = new CopyOnWriteArrayList<>();

  /** What an attempt does. */
  @FunctionalInterface
  public interface Answer {
    DeliveryReport to(Delivery delivery) throws Exception;
  }

  public ScriptedTransport(String name) {
    this(name, false);
  }

  private ScriptedTransport(String name, boolean waitsForRequest) {
    this.name = name;
    this.waitsForRequest = waitsForRequest;
  }

  /** One whose lanes rest until somebody asks for their mail. */
  public static ScriptedTransport onDemand(String name) {
    return new ScriptedTransport(name, true);
  }

  /** Sets what attempts for a destination do from now on; all are delivered at first. */
  public ScriptedTransport answer(String destination, Answer answer) {
    answers.put(destination, answer);
    return this;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public DeliveryReport deliver(Delivery delivery) throws Exception {
    attempts.add(delivery);
    Answer answer =
        answers.getOrDefault(delivery.route().destination(), ScriptedTransport::delivered);
    return answer.to(delivery);
  }

  /** Sets how many attempts may run in a lane. */
  public ScriptedTransport withConcurrency(int attempts) {
    concurrency = attempts;
    return this;
  }

  @Override
  public int laneConcurrency() {
    return concurrency;
  }

  @Override
  public boolean waitsForRequest() {
    return waitsForRequest;
  }

  /** All attempts so far, in order. */
  public List<Delivery> attempts() {
    return List.copyOf(attempts);
  }

  /** The attempts for a destination. */
  public List<Delivery> attempts(String destination) {
    return attempts.stream()
        .filter(a -> a.route().destination().equals(destination))
        .toList();
  }

  /** All recipients delivered. */
  public static DeliveryReport delivered(Delivery delivery) {
    return DeliveryReport.forAll(delivery, recipient -> ok(), false);
  }

  /** All recipients deferred, the lane as a whole in order. */
  public static DeliveryReport deferred(Delivery delivery) {
    return DeliveryReport.forAll(delivery, recipient -> later("451 4.7.1 come again"), false);
  }

  /** The destination can't be reached. */
  public static DeliveryReport unreachable(Delivery delivery) {
    return DeliveryReport.forAll(delivery, recipient -> later("connection refused"), true);
  }

  /** All recipients refused. */
  public static DeliveryReport refused(Delivery delivery) {
    return DeliveryReport.forAll(delivery, recipient -> never("550 5.1.1 no such user"), false);
  }

  /** Each recipient by its local part: {@code ok…} delivered, {@code later…} deferred, {@code never…} refused. */
  public static DeliveryReport byLocalPart(Delivery delivery) {
    Map<Recipient, RecipientResult> results = delivery.mail().envelope().recipients().stream()
        .collect(Collectors.toMap(recipient -> recipient, recipient -> {
          String local = recipient.address().localPart();
          if (local.startsWith("ok")) {
            return ok();
          }
          return local.startsWith("later")
              ? later("451 4.7.1 come again")
              : never("550 5.1.1 no such user");
        }));
    return new DeliveryReport(results, false);
  }

  public static RecipientResult ok() {
    return new RecipientResult.Delivered(
        EnhancedStatus.parse("2.0.0"), Optional.of("mx.example.net"), "250 2.0.0 ok", false, false);
  }

  public static RecipientResult later(String diagnostic) {
    return new RecipientResult.Deferred(
        EnhancedStatus.parse("4.7.1"), Optional.of("mx.example.net"), diagnostic);
  }

  public static RecipientResult never(String diagnostic) {
    return new RecipientResult.Failed(
        EnhancedStatus.parse("5.1.1"), Optional.of("mx.example.net"), diagnostic);
  }
}
