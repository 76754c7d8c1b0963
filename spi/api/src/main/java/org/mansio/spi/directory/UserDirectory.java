package org.mansio.spi.directory;

import java.util.List;
import java.util.Optional;
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
   * The SCRAM verifier of a user.
   *
   * @param hash {@code SHA-1}, {@code SHA-256} or {@code SHA-512}
   */
  Optional<ScramCredentials> scram(String login, String hash);

  List<String> domains();

  void addDomain(String domain);

  /** Refused while it has users. */
  void removeDomain(String domain);

  /** Users of a domain; of all domains when it is empty. */
  List<MailAddress> users(Optional<String> domain);

  /** Refused when the domain isn't local or the user exists. */
  void addUser(MailAddress address, String password);

  void setPassword(MailAddress address, String password);

  /** The user's mail stays where it is. */
  void removeUser(MailAddress address);
}
