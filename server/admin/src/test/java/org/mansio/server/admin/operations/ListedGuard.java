package org.mansio.server.admin.operations;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.LoginGuard;

/** A guard with an address that is shut out and a name that isn't yet. */
public final class ListedGuard implements LoginGuard {
  private static final Instant LAST = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Tracked> tracked = new ArrayList<>(List.of(
      new Tracked(
          Tracked.Kind.ADDRESS,
          "192.0.2.1",
          30,
          LAST,
          Optional.of(LAST.plus(Duration.ofMinutes(15)))),
      new Tracked(Tracked.Kind.USER, "alice@example.org", 3, LAST, Optional.empty())));

  @Override
  public Admission admit(InetAddress client) {
    return new Admission.Granted(Duration.ZERO);
  }

  @Override
  public Admission succeeded(InetAddress client, MailAddress user) {
    return new Admission.Granted(Duration.ZERO);
  }

  @Override
  public Admission failed(InetAddress client, Optional<String> login) {
    return new Admission.Granted(Duration.ZERO);
  }

  @Override
  public List<Tracked> tracked() {
    return List.copyOf(tracked);
  }

  @Override
  public boolean forget(String subject) {
    return tracked.removeIf(one -> one.subject().equals(subject));
  }
}
