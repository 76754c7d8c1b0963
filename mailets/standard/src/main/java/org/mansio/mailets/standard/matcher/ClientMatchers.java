package org.mansio.mailets.standard.matcher;

import static org.mansio.mailets.standard.matcher.Matching.wholeMail;

import java.net.InetAddress;
import java.util.List;
import org.mansio.mailets.standard.definition.Condition;
import org.mansio.mailets.standard.definition.MatcherDefinition;
import org.mansio.spi.Services;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;

/** Questions about the client that handed the mail in. */
public final class ClientMatchers {
  private ClientMatchers() {}

  /** The factories. */
  public static List<MatcherFactory> all() {
    return List.of(
        new MatcherDefinition(
            "SMTPAuthSuccessful",
            "Mail of a client that logged in (RFC 4954). Takes no condition.",
            ClientMatchers::authenticated),
        new MatcherDefinition(
            "SMTPAuthUserIs",
            "Mail of a client that logged in as one of the users, separated by commas; case doesn't matter.",
            ClientMatchers::authenticatedAs),
        new MatcherDefinition(
            "RemoteAddrInNetwork",
            "Mail of a client in one of the networks in CIDR form, separated by commas; an empty list matches nothing.",
            (condition, services) -> inNetworks(condition, true)),
        new MatcherDefinition(
            "RemoteAddrNotInNetwork",
            "Mail of a client in none of the networks in CIDR form, separated by commas. Mail that this server made"
                + " itself has no client and isn't matched.",
            (condition, services) -> inNetworks(condition, false)));
  }

  private static Matcher authenticated(String condition, Services services)
      throws InvalidSettingException {
    new Condition(condition).none();
    return wholeMail(mail -> mail.origin().authenticatedUser().isPresent());
  }

  private static Matcher authenticatedAs(String condition, Services services)
      throws InvalidSettingException {
    List<String> users = new Condition(condition).list();
    return wholeMail(mail -> mail.origin().authenticatedUser().stream()
        .anyMatch(user -> users.stream().anyMatch(user::equalsIgnoreCase)));
  }

  private static Matcher inNetworks(String condition, boolean wanted)
      throws InvalidSettingException {
    List<Network> networks = new Condition(condition).networks();
    return wholeMail(mail -> mail.origin().remoteAddress().stream()
        .anyMatch(address -> contains(networks, address) == wanted));
  }

  private static boolean contains(List<Network> networks, String remoteAddress) {
    InetAddress address = InetAddress.ofLiteral(remoteAddress);
    return networks.stream().anyMatch(network -> network.contains(address));
  }
}
