package org.mansio.server.directory;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.SharedSecret;
import org.mansio.spi.mail.MailAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The passwords that can be read again, in their table. Thread-safe. */
final class SharedSecrets {
  private static final Logger LOG = LoggerFactory.getLogger(SharedSecrets.class);

  private final LegacySecrets policy;
  private final SecretKeyFile keys;

  SharedSecrets(LegacySecrets policy, SecretKeyFile keys) {
    this.policy = policy;
    this.keys = keys;
  }

  /**
   * What to store with a new password; empty when nothing is.
   *
   * @param asked whether it was asked for
   * @throws DirectoryException when it was, and is forbidden
   */
  Optional<String> encrypted(MailAddress user, PreparedPassword password, boolean asked) {
    if (asked && policy == LegacySecrets.NEVER) {
      throw DirectoryException.refused(
          "directory.xml forbids secrets for CRAM-MD5, DIGEST-MD5 and NTLM: see legacySecrets");
    }
    return asked || policy == LegacySecrets.ALWAYS
        ? Optional.of(keys.encrypt(user, password))
        : Optional.empty();
  }

  /** Puts it in place of what was there; empty takes that away. */
  static void store(Handle handle, MailAddress user, Optional<String> encrypted) {
    handle
        .createUpdate("DELETE FROM shared_secrets WHERE domain = :domain AND local_part = :local")
        .bind("domain", user.domain())
        .bind("local", user.localPart())
        .execute();
    encrypted.ifPresent(secret -> handle
        .createUpdate("INSERT INTO shared_secrets (domain, local_part, secret)"
            + " VALUES (:domain, :local, :secret)")
        .bind("domain", user.domain())
        .bind("local", user.localPart())
        .bind("secret", secret)
        .execute());
  }

  Optional<SharedSecret> find(Database database, MailAddress user) {
    if (policy == LegacySecrets.NEVER) {
      return Optional.empty();
    }
    Optional<String> stored = database.read(handle -> handle
        .createQuery(
            "SELECT secret FROM shared_secrets WHERE domain = :domain AND local_part = :local")
        .bind("domain", user.domain())
        .bind("local", user.localPart())
        .mapTo(String.class)
        .findOne());
    return stored.flatMap(text -> decrypted(user, text));
  }

  private Optional<SharedSecret> decrypted(MailAddress user, String text) {
    try {
      return Optional.of(new SharedSecret(user, keys.decrypt(user, text)));
    } catch (GeneralSecurityException | IOException e) {
      LOG.error(
          "the secret of {} can't be decrypted ({}); bring the key file back or set the password anew",
          user,
          e.toString());
      return Optional.empty();
    }
  }
}
