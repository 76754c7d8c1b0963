package org.mansio.server.admin;

import java.util.List;

/** Failed logins, and who is shut out for them. Thread-safe. */
public interface LoginsMXBean {
  /** Addresses and names that are shut out now, most failures first. */
  List<LoginLock> locks();

  /** All that failures are counted for, shut out or not, most first. */
  List<LoginLock> failures();

  /**
   * Lets an address or a name in again and forgets its failures.
   *
   * @param subject as {@link LoginLock#subject} says
   * @throws java.util.NoSuchElementException when nothing is counted for it
   */
  void unlock(String subject);
}
