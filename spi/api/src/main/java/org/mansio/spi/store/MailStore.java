package org.mansio.spi.store;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.MailAddress;

/** Mailboxes of local users. Thread-safe. */
public interface MailStore {
  /**
   * Stores a message. When this returns it survives power loss. Stored again under the same {@code deliveryId}, as after a
   * crash, it stays one message as long as nobody has moved it.
   *
   * @param user the canonical address
   * @param folder a folder below the inbox, its levels separated by {@code /}; when it doesn't exist, the inbox is taken
   * @param deliveryId 1 to 64 of {@code A-Z a-z 0-9 . -}
   * @throws StoreException when it isn't stored
   */
  void deliver(MailAddress user, Optional<String> folder, String deliveryId, Content content)
      throws StoreException;

  /** Folders of a user besides the inbox; empty when the user has no mailbox yet. */
  List<String> folders(MailAddress user) throws StoreException;

  /** Makes a folder; does nothing when it exists. */
  void createFolder(MailAddress user, String folder) throws StoreException;

  /** Messages of the inbox, or of a folder, oldest first. */
  List<StoredMessage> list(MailAddress user, Optional<String> folder) throws StoreException;

  /** A stored message. @param key unique in its folder */
  record StoredMessage(String key, Content content) {}

  /** Octets stored and octets allowed. @param limit empty when there is none */
  record Quota(long used, Optional<Long> limit) {}

  Quota quota(MailAddress user) throws StoreException;

  /** Sets the octets that a user may store; empty removes the limit. */
  void setQuota(MailAddress user, Optional<Long> limit) throws StoreException;
}
