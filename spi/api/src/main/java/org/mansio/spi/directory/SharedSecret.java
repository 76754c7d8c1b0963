package org.mansio.spi.directory;

import java.util.Objects;
import org.mansio.spi.mail.MailAddress;

/**
 * A password that the directory can give back, for the mechanisms that can't do with less: CRAM-MD5, DIGEST-MD5 and NTLM.
 *
 * @param user the user's canonical address
 * @param password as it was prepared by {@link org.mansio.spi.sasl.SaslPrep}
 */
public record SharedSecret(MailAddress user, String password) {
  public SharedSecret {
    Objects.requireNonNull(user);
    Objects.requireNonNull(password);
  }

  /** Never the password. */
  @Override
  public String toString() {
    return "shared secret of " + user;
  }
}
