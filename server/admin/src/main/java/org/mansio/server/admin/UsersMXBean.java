package org.mansio.server.admin;

import java.util.List;

/** Local users. Passwords go in and never come out, neither here nor in a log. Thread-safe. */
public interface UsersMXBean {
  /** Addresses of a domain's users, sorted; of all domains when {@code domain} is empty. */
  List<String> list(String domain);

  /** Refused when the domain isn't local or the user exists. */
  void add(String address, String password);

  /** @throws java.util.NoSuchElementException when there is no such user */
  void setPassword(String address, String password);

  /**
   * The same, and keeps the password, encrypted, so that CRAM-MD5, DIGEST-MD5 and NTLM work for the user.
   *
   * @throws java.util.NoSuchElementException when there is no such user
   */
  void setPasswordAndLegacySecrets(String address, String password);

  /**
   * The user's mail stays where it is.
   *
   * @throws java.util.NoSuchElementException when there is no such user
   */
  void remove(String address);
}
