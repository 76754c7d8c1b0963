package org.mansio.spi.testkit;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.LoginGuard;

/** A guard that lets everybody in, without delay, and writes down what it is told; or shuts everybody out. Thread-safe. */
public final class CountingGuard implements LoginGuard {
  private static final Admission AT_ONCE = new Admission.Granted(Duration.ZERO);
  private static final Admission NOT_NOW = new Admission.Refused(Duration.ofMinutes(15));

  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean shut;
  private volatile boolean usersShut;

  /** Shuts addresses out from now on, or no longer. */
  public void setShut(boolean nowShut) {
    shut = nowShut;
  }

  /** Shuts all names out from now on, or no longer; what that looks like from outside is what a test is after. */
  public void setUsersShut(boolean nowShut) {
    usersShut = nowShut;
  }

  /** {@code failed <login>} and {@code succeeded <user>} in order; a failure without a name has {@code -}. */
  public List<String> told() {
    return List.copyOf(told);
  }

  @Override
  public Admission admit(InetAddress client) {
    return shut ? NOT_NOW : AT_ONCE;
  }

  @Override
  public Admission succeeded(InetAddress client, MailAddress user) {
    told.add("succeeded " + user);
    return usersShut ? NOT_NOW : AT_ONCE;
  }

  @Override
  public Admission failed(InetAddress client, Optional<String> login) {
    told.add("failed " + login.orElse("-"));
    return usersShut ? NOT_NOW : AT_ONCE;
  }

  @Override
  public List<Tracked> tracked() {
    return List.of();
  }

  @Override
  public boolean forget(String subject) {
    return false;
  }
}
