package org.mansio.spi.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.store.StoreException;

/** Mailboxes in memory. Thread-safe by one lock. */
public final class MemoryStore implements MailStore {
  private static final int MAX_MESSAGE = 256 << 20;
  private static final String INBOX = "";

  private final Map<MailAddress, Map<String, Map<String, Content>>> mailboxes =
      new LinkedHashMap<>();
  private final Map<MailAddress, Long> limits = new LinkedHashMap<>();
  private @Nullable EnhancedStatus refusal;

  /** Makes every delivery fail with that status, or lets it work again with an empty one. */
  public synchronized void refuse(Optional<EnhancedStatus> status) {
    refusal = status.orElse(null);
  }

  /** The inbox of a user as texts, oldest first. */
  public synchronized List<String> texts(String user) {
    List<String> texts = new ArrayList<>();
    for (StoredMessage message : list(MailAddress.of(user), Optional.empty())) {
      try {
        texts.add(new String(
            message.content().bytes(MAX_MESSAGE), java.nio.charset.StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return texts;
  }

  @Override
  public synchronized void deliver(
      MailAddress user, Optional<String> folder, String deliveryId, Content content)
      throws StoreException {
    if (refusal != null) {
      throw new StoreException(refusal, "refused by a test");
    }
    Quota quota = quota(user);
    if (quota.limit().isPresent()
        && quota.used() + content.size() > quota.limit().get()) {
      throw new StoreException(new EnhancedStatus(5, 2, 2), "mailbox is full");
    }
    try {
      Map<String, Map<String, Content>> box = mailbox(user);
      String target = folder.filter(box::containsKey).orElse(INBOX);
      box.computeIfAbsent(target, k -> new LinkedHashMap<>())
          .putIfAbsent(deliveryId, Content.of(content.bytes(MAX_MESSAGE).clone()));
    } catch (IOException e) {
      throw new StoreException(new EnhancedStatus(4, 3, 0), "content can't be read", e);
    }
  }

  private Map<String, Map<String, Content>> mailbox(MailAddress user) {
    return mailboxes.computeIfAbsent(user, k -> new TreeMap<>());
  }

  @Override
  public synchronized List<String> folders(MailAddress user) {
    return mailbox(user).keySet().stream().filter(name -> !name.isEmpty()).toList();
  }

  @Override
  public synchronized void createFolder(MailAddress user, String folder) {
    mailbox(user).computeIfAbsent(folder, k -> new LinkedHashMap<>());
  }

  @Override
  public synchronized List<StoredMessage> list(MailAddress user, Optional<String> folder) {
    return mailbox(user).getOrDefault(folder.orElse(INBOX), Map.of()).entrySet().stream()
        .map(entry -> new StoredMessage(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public synchronized Quota quota(MailAddress user) {
    long used = mailbox(user).values().stream()
        .flatMap(folder -> folder.values().stream())
        .mapToLong(Content::size)
        .sum();
    return new Quota(used, Optional.ofNullable(limits.get(user)));
  }

  @Override
  public synchronized void setQuota(MailAddress user, Optional<Long> limit) {
    limit.ifPresentOrElse(octets -> limits.put(user, octets), () -> limits.remove(user));
  }
}
