package org.mansio.mailets.antispam.hook;

import java.util.List;
import java.util.Locale;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpSession;

/** Whom a hook doesn't concern. Immutable. */
public final class Exempt {
  /** Who: relay, authenticated, nobody, or a network. */
  public static final Setting<Entry> WHO = Setting.of(
          "exempt",
          new Setting.Type<>(
              "relay, authenticated, nobody, or a network", Setting.Kind.PLAIN, Entry::parse),
          "Whom the hook doesn't concern; a list of: relay (clients that may relay, since they logged in or are in"
              + " relayNetworks), authenticated (clients that logged in), networks, or nobody.")
      .repeated()
      .defaultsTo("relay");

  private final List<Entry> entries;

  private Exempt(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** One of them. */
  public sealed interface Entry {
    /** Whether it is this client. */
    boolean covers(SmtpSession session);

    /** Logged in, or in a network that may relay. */
    record Relay() implements Entry {
      @Override
      public boolean covers(SmtpSession session) {
        return session.mayRelay();
      }
    }

    /** Logged in. */
    record Authenticated() implements Entry {
      @Override
      public boolean covers(SmtpSession session) {
        return session.authenticated().isPresent();
      }
    }

    /** Takes the place of the default, and is none. */
    record Nobody() implements Entry {
      @Override
      public boolean covers(SmtpSession session) {
        return false;
      }
    }

    /** In the network. */
    record Clients(Network network) implements Entry {
      @Override
      public boolean covers(SmtpSession session) {
        return network.contains(session.remote().getAddress());
      }
    }

    private static Entry parse(String text) throws InvalidSettingException {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "relay" -> new Relay();
        case "authenticated" -> new Authenticated();
        case "nobody" -> new Nobody();
        default -> new Clients(Network.parse(text));
      };
    }
  }

  /** What {@link #WHO} says. */
  public static Exempt of(Settings settings) {
    return new Exempt(settings.all(WHO));
  }

  /** Whether the client is one of them, as far as it is known now. */
  public boolean covers(SmtpSession session) {
    return entries.stream().anyMatch(entry -> entry.covers(session));
  }
}
