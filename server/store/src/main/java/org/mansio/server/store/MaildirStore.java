package org.mansio.server.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mailboxes as Maildir++ at {@code <root>/<domain>/<user>/Maildir}. A message is stored octet by octet as it came, with
 * CR LF. Two disk syncs make a delivery durable: of the file, and of {@code new}. No directory is read for a delivery, but
 * once for the first one into it ({@link DeliveredIds}).
 */
final class MaildirStore implements MailStore {
  private static final Logger LOG = LoggerFactory.getLogger(MaildirStore.class);
  private static final Pattern DELIVERY_ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final String INBOX = "INBOX";
  // A name has room for 255 octets; time, delivery id and size take up to 110.
  private static final int MAX_HOST = 64;
  private static final int STRIPES = 1024;

  private final Path root;
  private final String host;
  private final QuotaLimits limits;
  private final int fullClass;
  private final MaildirSize sizes = new MaildirSize();
  private final DeliveredIds delivered = new DeliveredIds();
  private final Lock[] locks = new Lock[STRIPES];

  /** @param fullClass the status class, 4 or 5, of a delivery to a full mailbox */
  MaildirStore(Path root, String hostname, QuotaLimits limits, int fullClass) {
    this.root = root;
    String safe = SafeName.encode(hostname);
    this.host = safe.length() > MAX_HOST ? safe.substring(0, MAX_HOST) : safe;
    this.limits = limits;
    this.fullClass = fullClass;
    for (int i = 0; i < STRIPES; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  @Override
  public void deliver(MailAddress user, Optional<String> folder, String deliveryId, Content content)
      throws StoreException {
    if (!DELIVERY_ID.matcher(deliveryId).matches()) {
      throw new IllegalArgumentException("not a delivery id: " + deliveryId);
    }
    Maildir inbox = inbox(user);
    Maildir target = folder(inbox, folder).filter(Maildir::exists).orElse(inbox);
    // The same delivery twice at once: the second waits and finds the first. Others share a lock
    // only by chance.
    Lock lock =
        locks[Math.floorMod(31 * deliveryId.hashCode() + target.path().hashCode(), STRIPES)];
    lock.lock();
    try {
      if (delivered.contains(target, deliveryId)) {
        LOG.info("{} was delivered to {} before, kept once", deliveryId, user);
        return;
      }
      store(user, inbox, target, deliveryId, content);
    } catch (IOException e) {
      throw failure(user, content.size(), e);
    } finally {
      lock.unlock();
    }
  }

  private void store(
      MailAddress user, Maildir inbox, Maildir target, String deliveryId, Content content)
      throws IOException, StoreException {
    if (!inbox.exists()) {
      inbox.create(false);
    }
    Optional<Long> limit = limits.of(home(user));
    if (limit.isPresent()) {
      reserve(user, inbox, limit.get(), content.size());
    }
    MessageName name = MessageName.of(Instant.now(), deliveryId, host, content.size());
    try {
      target.store(name, content);
    } catch (IOException | RuntimeException e) {
      // After the rename only the sync can have failed: the message may be there or not.
      delivered.forget(target);
      if (limit.isPresent()) {
        sizes.release(inbox, content.size());
      }
      throw e;
    }
    delivered.add(target, deliveryId);
  }

  private void reserve(MailAddress user, Maildir inbox, long limit, long octets)
      throws IOException, StoreException {
    if (octets > limit) {
      // RFC 3463 §3.3: X.2.3, larger than the mailbox takes; trying again can't help.
      throw new StoreException(
          new EnhancedStatus(5, 2, 3), "message is larger than the quota of " + user);
    }
    if (!sizes.reserve(inbox, limit, octets)) {
      throw new StoreException(
          new EnhancedStatus(fullClass, 2, 2), "mailbox of " + user + " is full");
    }
  }

  @Override
  public List<String> folders(MailAddress user) throws StoreException {
    List<String> names = new ArrayList<>();
    try {
      for (Maildir folder : inbox(user).folders()) {
        if (folder.exists()) {
          FolderName.folder(Maildir.fileName(folder.path())).ifPresent(names::add);
        }
      }
    } catch (IOException e) {
      throw failure(user, 0, e);
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public void createFolder(MailAddress user, String folder) throws StoreException {
    Maildir inbox = inbox(user);
    Maildir made = folder(inbox, Optional.of(folder))
        .orElseThrow(() -> new StoreException(
            new EnhancedStatus(5, 2, 0),
            "'" + folder + "' can't be a folder: empty level, control character, or too long"));
    try {
      if (!inbox.exists()) {
        inbox.create(false);
      }
      if (!made.exists()) {
        made.create(true);
      }
    } catch (IOException e) {
      throw failure(user, 0, e);
    }
  }

  @Override
  public List<StoredMessage> list(MailAddress user, Optional<String> folder) throws StoreException {
    Optional<Maildir> maildir = folder(inbox(user), folder);
    List<StoredMessage> messages = new ArrayList<>();
    try {
      for (Path file : maildir.isPresent() ? maildir.get().messages() : List.<Path>of()) {
        String key = MessageName.parse(Maildir.fileName(file)).base();
        messages.add(new StoredMessage(key, Content.of(file, Files.size(file))));
      }
    } catch (NoSuchFileException e) {
      // Its reader moved a message from new to cur meanwhile, or removed it: the others are listed
      // at the next try.
      throw new StoreException(
          new EnhancedStatus(4, 2, 0), "the mailbox of " + user + " is changing", e);
    } catch (IOException e) {
      throw failure(user, 0, e);
    }
    return messages;
  }

  @Override
  public Quota quota(MailAddress user) throws StoreException {
    try {
      Optional<Long> limit = limits.of(home(user));
      return new Quota(sizes.used(inbox(user), limit), limit);
    } catch (IOException e) {
      throw failure(user, 0, e);
    }
  }

  @Override
  public void setQuota(MailAddress user, Optional<Long> limit) throws StoreException {
    try {
      limits.set(home(user), limit);
    } catch (IOException e) {
      throw failure(user, 0, e);
    }
  }

  private Path home(MailAddress user) {
    return root.resolve(SafeName.encode(user.domain())).resolve(SafeName.encode(user.localPart()));
  }

  private Maildir inbox(MailAddress user) {
    return new Maildir(home(user).resolve("Maildir"));
  }

  /** The inbox when no folder is named; empty when no folder can have that name. */
  private static Optional<Maildir> folder(Maildir inbox, Optional<String> folder) {
    if (folder.isEmpty() || folder.get().equalsIgnoreCase(INBOX)) {
      return Optional.of(inbox);
    }
    return FolderName.directory(folder.get())
        .map(name -> new Maildir(inbox.path().resolve(name)));
  }

  private StoreException failure(MailAddress user, long octets, IOException e) {
    if (isDiskFull(octets, e)) {
      return new StoreException(
          new EnhancedStatus(4, 3, 1), "no room left on the disk of the mailboxes", e);
    }
    return new StoreException(
        new EnhancedStatus(4, 3, 0), "the mailbox of " + user + " can't be used: " + reason(e), e);
  }

  private static String reason(IOException e) {
    String text = e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : e.getMessage();
    return text == null ? e.getClass().getSimpleName() : text;
  }

  /** By the system's words (ENOSPC, EDQUOT), or, should they be in another language, by the room that there is. */
  private boolean isDiskFull(long octets, IOException e) {
    String text = reason(e).toLowerCase(Locale.ROOT);
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return true;
    }
    try {
      return octets > 0 && Files.exists(root) && Files.getFileStore(root).getUsableSpace() < octets;
    } catch (IOException unknown) {
      e.addSuppressed(unknown);
      return false;
    }
  }
}
