package org.mansio.server.admin.operations;

import java.util.List;
import java.util.NoSuchElementException;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.LoginLock;
import org.mansio.server.admin.LoginsMXBean;
import org.mansio.spi.sasl.LoginGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failed logins, as the guard counts them. */
public final class LoginOperations implements LoginsMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(LoginOperations.class);

  private final LoginGuard guard;

  public LoginOperations(LoginGuard guard) {
    this.guard = guard;
  }

  @Override
  public List<LoginLock> locks() {
    return failures().stream().filter(lock -> lock.lockedUntil() != null).toList();
  }

  @Override
  public List<LoginLock> failures() {
    return guard.tracked().stream()
        .map(tracked -> new LoginLock(
            AdminNames.text(tracked.kind()),
            tracked.subject(),
            tracked.failures(),
            tracked.last().toString(),
            tracked.lockedUntil().map(Object::toString).orElse(null)))
        .toList();
  }

  @Override
  public void unlock(String subject) {
    if (!guard.forget(subject.strip())) {
      throw new NoSuchElementException("no failed logins are counted for '" + subject + "'");
    }
    LOG.info("Operator let {} log in again", subject);
  }
}
