package org.mansio.spi.directory;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;

/**
 * Local domains and users. Thread-safe; answers may be cached for seconds. Domains are lower-case A-labels; local parts are
 * compared without case. Every method may throw {@link DirectoryException}.
 */
public interface UserDirectory {
  /** Whether mail for this domain is delivered here. */
  boolean isLocalDomain(String domain);

  /** The canonical address of an existing user. */
  Optional<MailAddress> findUser(MailAddress address);

  /**
   * Checks a password. Takes about the same time whether or not the user exists.
   *
   * @param login a full address, or a local part of the default domain
   */
  AuthenticationResult authenticate(String login, String password);

  /**
   * The canonical address that a login means, whether or not there is such a user; nothing is asked of a database.
   *
   * @return empty when it can't be an address
   */
  default Optional<MailAddress> addressOf(String login) {
    try {
      return Optional.of(MailAddress.parse(login));
    } catch (InvalidAddressException e) {
      return Optional.empty();
    }
  }

  /**
   * The SCRAM verifier of a user.
   *
   * @param hash {@code SHA-1}, {@code SHA-256} or {@code SHA-512}
   */
  Optional<ScramCredentials> scram(String login, String hash);

  /** Iterations of the verifiers made now: what a user who doesn't exist has to seem to have. At least 4096. */
  default int scramIterations() {
    return 4096;
  }

  /**
   * The password itself, for CRAM-MD5, DIGEST-MD5 and NTLM; only of a user for whom it was asked to be kept.
   *
   * @param login a full address, or a local part of the default domain
   */
  default Optional<SharedSecret> sharedSecret(String login) {
    return Optional.empty();
  }

  List<String> domains();

  void addDomain(String domain);

  /** Refused while it has users. */
  void removeDomain(String domain);

  /** Users of a domain; of all domains when it is empty. */
  List<MailAddress> users(Optional<String> domain);

  /** Refused when the domain isn't local or the user exists. */
  void addUser(MailAddress address, String password);

  /** Sets a password, and forgets a {@link SharedSecret} that was kept of the old one. */
  void setPassword(MailAddress address, String password);

  /** Sets a password and keeps it as {@link SharedSecret} too. Refused by a directory that keeps none. */
  default void setPasswordAndSharedSecret(MailAddress address, String password) {
    throw DirectoryException.refused(
        "this directory keeps no secrets for CRAM-MD5, DIGEST-MD5 and NTLM");
  }

  /** The user's mail stays where it is. */
  void removeUser(MailAddress address);
}
