package org.mansio.mailets.delivery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.Services;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.DeliveryReport;
import org.mansio.spi.queue.RecipientResult;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Final delivery (RFC 5321 §4.4) into the store: with Return-Path and Delivered-To on top, the rest octet for octet as it
 * came. A delivery that is repeated after a crash leaves one message. Thread-safe.
 */
final class StoreTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(StoreTransport.class);
  private static final String RETURN_PATH = "Return-Path";
  private static final String DELIVERED_TO = "Delivered-To";
  private static final int HASH_OCTETS = 12;

  private static final Pattern REJECTION =
      Pattern.compile("[45][0-9]{2} ([45](?:\\.[0-9]{1,3}){2}) .*", Pattern.DOTALL);

  private final String name;
  private final int concurrency;
  private final Services services;

  StoreTransport(String name, int concurrency, Services services) {
    this.name = name;
    this.concurrency = concurrency;
    this.services = services;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int laneConcurrency() {
    return concurrency;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoreTransport store
        && store.name.equals(name)
        && store.concurrency == concurrency;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, concurrency);
  }

  @Override
  public DeliveryReport deliver(Delivery delivery) throws IOException {
    Message message = withoutReturnPath(Message.of(delivery.mail().content()));
    Envelope envelope = delivery.mail().envelope();
    Map<Recipient, RecipientResult> results = new LinkedHashMap<>();
    for (Recipient recipient : envelope.recipients()) {
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
      results.put(recipient, deliver(delivery.mail().id(), envelope, message, recipient.address()));
    }
    return new DeliveryReport(results, false);
  }

  /** RFC 5321 §4.4: at most one Return-Path, the one of the final delivery. */
  private static Message withoutReturnPath(Message message) throws IOException {
    return message.headers().contains(RETURN_PATH)
        ? message.withHeaders(message.headers().remove(RETURN_PATH))
        : message;
  }

  private RecipientResult deliver(
      MailId id, Envelope envelope, Message message, MailAddress address) {
    try {
      if (hasBeenDelivered(message, address)) {
        return failed("5.4.6", "mail loop: the message was delivered to " + address + " before");
      }
      return switch (services.recipients().lookup(address)) {
        case LocalRecipients.Answer.User user -> store(id, envelope, message, address, user);
        case LocalRecipients.Answer.Unknown unknown -> failed("5.1.1", "no mailbox " + address);
        case LocalRecipients.Answer.NotLocal other ->
          failed(
              "5.1.2",
              address.domain()
                  + " isn't a local domain: the chain should not bring it to LocalDelivery");
        case LocalRecipients.Answer.Mapped mapped ->
          failed(
              "5.3.5",
              address + " is an alias: the chain needs RecipientRewriteTable before LocalDelivery");
        case LocalRecipients.Answer.Rejected rejected -> rejected(rejected.reply());
      };
    } catch (StoreException e) {
      LOG.warn("{}: not stored for {}: {}", id, address, e.getMessage());
      String reason = String.valueOf(e.getMessage());
      return e.status().statusClass() == 5
          ? new RecipientResult.Failed(e.status(), Optional.empty(), reason)
          : new RecipientResult.Deferred(e.status(), Optional.empty(), reason);
    } catch (DirectoryException | IOException e) {
      LOG.warn("{}: not delivered to {}: {}", id, address, e.getMessage());
      return new RecipientResult.Deferred(
          EnhancedStatus.parse("4.3.0"), Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private RecipientResult store(
      MailId id,
      Envelope envelope,
      Message message,
      MailAddress address,
      LocalRecipients.Answer.User user)
      throws StoreException {
    Content content = message
        .prepend(
            HeaderField.of(RETURN_PATH, envelope.reversePath()),
            HeaderField.of(DELIVERED_TO, address.toString()))
        .content();
    services.store().deliver(user.user(), folder(user), deliveryId(id, address), content);
    return new RecipientResult.Delivered(
        EnhancedStatus.parse("2.1.5"), Optional.empty(), "stored for " + user.user(), false, true);
  }

  /** RFC 5233 §4: the folder that the subaddress names, if the user has it; strangers must not make folders. */
  private Optional<String> folder(LocalRecipients.Answer.User user) throws StoreException {
    if (user.detail().isEmpty()) {
      return Optional.empty();
    }
    String wanted = user.detail().get();
    return services.store().folders(user.user()).stream()
        .filter(wanted::equalsIgnoreCase)
        .findFirst();
  }

  private static boolean hasBeenDelivered(Message message, MailAddress address) throws IOException {
    return message.headers().all(DELIVERED_TO).stream()
        .anyMatch(field -> field.value().equalsIgnoreCase(address.toString()));
  }

  private static RecipientResult failed(String status, String reason) {
    return new RecipientResult.Failed(EnhancedStatus.parse(status), Optional.empty(), reason);
  }

  /** The alias table's reply is {@code 550 5.1.1 text}; a 4xx one asks to wait. */
  private static RecipientResult rejected(String reply) {
    Matcher form = REJECTION.matcher(reply);
    boolean temporary = reply.startsWith("4");
    EnhancedStatus status =
        EnhancedStatus.parse(form.matches() ? form.group(1) : temporary ? "4.2.1" : "5.2.1");
    return temporary
        ? new RecipientResult.Deferred(status, Optional.empty(), reply)
        : new RecipientResult.Failed(status, Optional.empty(), reply);
  }

  /** The same for each attempt, another for each mail and recipient. */
  static String deliveryId(MailId id, MailAddress address) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256")
          .digest(address.toString().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
      return id + "-" + HexFormat.of().formatHex(hash, 0, HASH_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
