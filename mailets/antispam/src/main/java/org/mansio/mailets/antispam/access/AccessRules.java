package org.mansio.mailets.antispam.access;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.mansio.mailets.antispam.access.AccessRule.Subject;
import org.mansio.mailets.antispam.hook.ClientNetworks;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * The rules of a list, found by hash: a list of a hundred thousand networks costs no more than a short one. Of those that
 * match, the first in the list counts. Immutable.
 */
final class AccessRules {
  /** How a list writes the null reverse-path. */
  static final String NULL_SENDER = "<>";

  private static final int IPV4_BITS = 32;

  private final Map<Subject, Map<String, AccessRule>> rules = new EnumMap<>(Subject.class);
  private final Set<Integer> prefixes = new TreeSet<>();

  private AccessRules(List<AccessRule> list) {
    for (AccessRule rule : list) {
      rules
          .computeIfAbsent(rule.subject(), subject -> new HashMap<>())
          .putIfAbsent(rule.pattern(), rule);
      if (rule.subject() == Subject.NETWORK) {
        prefixes.add(Integer.parseInt(rule.pattern().substring(rule.pattern().indexOf('/') + 1)));
      }
    }
  }

  static AccessRules of(List<AccessRule> list) {
    return new AccessRules(list);
  }

  /**
   * Reads lines; empty ones and what follows a {@code #} at a line's beginning are remarks.
   *
   * @param source for the places of rules and errors, such as a file's name
   * @param firstPosition where the rules begin in the whole list
   * @throws InvalidSettingException with every line that isn't a rule
   */
  static List<AccessRule> parse(List<String> lines, String source, int firstPosition)
      throws InvalidSettingException {
    List<AccessRule> rules = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        rules.add(AccessRule.parse(line, source + ":" + (i + 1), firstPosition + rules.size()));
      } catch (InvalidSettingException e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(String.join("; ", problems));
    }
    return rules;
  }

  /** The first of several. */
  @SafeVarargs
  static Optional<AccessRule> first(Optional<AccessRule>... found) {
    return Stream.of(found)
        .flatMap(Optional::stream)
        .min(Comparator.comparingInt(AccessRule::position));
  }

  Optional<AccessRule> network(InetAddress address) {
    int bits = address.getAddress().length * Byte.SIZE;
    return find(
        Subject.NETWORK,
        prefixes.stream()
            .filter(prefix -> prefix <= bits)
            .map(prefix ->
                bits == IPV4_BITS ? new ClientNetworks(prefix, 0) : new ClientNetworks(0, prefix))
            .map(networks -> networks.of(address)));
  }

  /** Whether a client's host name has to be looked up. */
  boolean hasHosts() {
    return rules.containsKey(Subject.HOST);
  }

  Optional<AccessRule> host(String name) {
    return find(Subject.HOST, domainPatterns(name));
  }

  Optional<AccessRule> helo(String name) {
    return find(Subject.HELO, domainPatterns(name.toLowerCase(Locale.ROOT)));
  }

  /** @param sender empty for the null reverse-path */
  Optional<AccessRule> sender(Optional<MailAddress> sender) {
    return find(
        Subject.SENDER,
        sender.map(AccessRules::addressPatterns).orElseGet(() -> Stream.of(NULL_SENDER)));
  }

  Optional<AccessRule> recipient(MailAddress recipient) {
    return find(Subject.RECIPIENT, addressPatterns(recipient));
  }

  private Optional<AccessRule> find(Subject subject, Stream<String> patterns) {
    Map<String, AccessRule> byPattern = rules.getOrDefault(subject, Map.of());
    if (byPattern.isEmpty()) {
      return Optional.empty();
    }
    return patterns
        .flatMap(pattern -> Stream.ofNullable(byPattern.get(pattern)))
        .min(Comparator.comparingInt(AccessRule::position));
  }

  private static Stream<String> addressPatterns(MailAddress address) {
    String local = address.localPart().toLowerCase(Locale.ROOT) + "@";
    return Stream.concat(
        Stream.of(local + address.domain(), local), domainPatterns(address.domain()));
  }

  /** The name itself, and with a dot in front it and each domain above it. */
  private static Stream<String> domainPatterns(String name) {
    List<String> patterns = new ArrayList<>(List.of(name));
    for (int at = 0; at >= 0; at = name.indexOf('.', at) < 0 ? -1 : name.indexOf('.', at) + 1) {
      patterns.add("." + name.substring(at));
    }
    return patterns.stream();
  }
}
