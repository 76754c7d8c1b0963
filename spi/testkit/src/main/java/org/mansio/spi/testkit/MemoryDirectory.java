package org.mansio.spi.testkit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.ScramCredentials;
import org.mansio.spi.directory.SharedSecret;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;

/**
 * Users, aliases and recipients in memory, with {@code +} as the subaddress delimiter. Of the alias kinds, patterns and
 * loops are left to real directories. Thread-safe.
 */
public final class MemoryDirectory implements UserDirectory, LocalRecipients {
  private final Set<String> domains = new ConcurrentSkipListSet<>();
  private final Map<String, MailAddress> users = new ConcurrentHashMap<>();
  private final Map<MailAddress, String> passwords = new ConcurrentHashMap<>();
  private final Set<MailAddress> sharing = ConcurrentHashMap.newKeySet();
  private final List<Alias> aliases = new CopyOnWriteArrayList<>();
  private volatile boolean away;

  /** Adds users and their domains; each one's password is its local part reversed. */
  public MemoryDirectory with(String... addresses) {
    for (String text : addresses) {
      MailAddress address = MailAddress.of(text);
      domains.add(address.domain());
      addUser(address, new StringBuilder(address.localPart()).reverse().toString());
    }
    return this;
  }

  /** Adds an alias line. */
  public MemoryDirectory alias(Alias.Kind kind, String source, String target) {
    aliases.add(new Alias(kind, source, target));
    return this;
  }

  /** Makes every question fail as if the database were away, or lets them work again. */
  public void setAway(boolean nowAway) {
    away = nowAway;
  }

  private void ask() {
    if (away) {
      throw DirectoryException.unavailable(
          "the directory is away", new IllegalStateException("set away by a test"));
    }
  }

  private static String key(MailAddress address) {
    return address.localPart().toLowerCase(Locale.ROOT) + "@" + address.domain();
  }

  @Override
  public boolean isLocalDomain(String domain) {
    ask();
    return domains.contains(domain.toLowerCase(Locale.ROOT));
  }

  @Override
  public Optional<MailAddress> findUser(MailAddress address) {
    ask();
    return Optional.ofNullable(users.get(key(address)));
  }

  @Override
  public AuthenticationResult authenticate(String login, String password) {
    ask();
    MailAddress user = users.get(login.toLowerCase(Locale.ROOT));
    return user != null && password.equals(passwords.get(user))
        ? new AuthenticationResult.Authenticated(user)
        : new AuthenticationResult.Rejected();
  }

  @Override
  public Optional<MailAddress> addressOf(String login) {
    return UserDirectory.super.addressOf(login.toLowerCase(Locale.ROOT));
  }

  @Override
  public Optional<ScramCredentials> scram(String login, String hash) {
    ask();
    return Optional.ofNullable(users.get(login.toLowerCase(Locale.ROOT)))
        .map(user -> ScramVerifier.of(user, passwords.getOrDefault(user, ""), hash));
  }

  @Override
  public Optional<SharedSecret> sharedSecret(String login) {
    ask();
    return Optional.ofNullable(users.get(login.toLowerCase(Locale.ROOT)))
        .filter(sharing::contains)
        .map(user -> new SharedSecret(user, passwords.getOrDefault(user, "")));
  }

  @Override
  public List<String> domains() {
    ask();
    return List.copyOf(domains);
  }

  @Override
  public void addDomain(String domain) {
    ask();
    domains.add(domain.toLowerCase(Locale.ROOT));
  }

  @Override
  public void removeDomain(String domain) {
    if (!users(Optional.of(domain)).isEmpty()) {
      throw DirectoryException.refused("domain " + domain + " has users");
    }
    domains.remove(domain);
  }

  @Override
  public List<MailAddress> users(Optional<String> domain) {
    ask();
    return users.values().stream()
        .filter(user -> domain.map(user.domain()::equals).orElse(true))
        .sorted(java.util.Comparator.comparing(MailAddress::toString))
        .toList();
  }

  @Override
  public void addUser(MailAddress address, String password) {
    if (!isLocalDomain(address.domain())) {
      throw DirectoryException.refused("domain " + address.domain() + " isn't local");
    }
    if (users.putIfAbsent(key(address), address) != null) {
      throw DirectoryException.refused("user " + address + " exists");
    }
    passwords.put(address, password);
  }

  @Override
  public void setPassword(MailAddress address, String password) {
    MailAddress user =
        findUser(address).orElseThrow(() -> DirectoryException.refused("no user " + address));
    passwords.put(user, password);
    sharing.remove(user);
  }

  @Override
  public void setPasswordAndSharedSecret(MailAddress address, String password) {
    setPassword(address, password);
    findUser(address).ifPresent(sharing::add);
  }

  @Override
  public void removeUser(MailAddress address) {
    MailAddress user =
        findUser(address).orElseThrow(() -> DirectoryException.refused("no user " + address));
    users.remove(key(user));
    passwords.remove(user);
    sharing.remove(user);
  }

  private AliasMatch match(MailAddress address) {
    ask();
    List<Alias> own = of(address.toString());
    for (Alias alias : own) {
      if (alias.kind() == Alias.Kind.ERROR) {
        return new AliasMatch.Rejected(alias.target());
      }
    }
    if (!own.isEmpty()) {
      List<MailAddress> targets =
          own.stream().map(alias -> MailAddress.of(alias.target())).toList();
      return new AliasMatch.Targets(own.getFirst().kind(), targets);
    }
    for (Alias alias : of("@" + address.domain())) {
      if (alias.kind() == Alias.Kind.DOMAIN) {
        return new AliasMatch.Targets(alias.kind(), List.of(address.withDomain(alias.target())));
      }
      if (alias.kind() == Alias.Kind.CATCH_ALL && findUser(base(address)).isEmpty()) {
        return new AliasMatch.Targets(alias.kind(), List.of(MailAddress.of(alias.target())));
      }
    }
    return new AliasMatch.None();
  }

  private List<Alias> of(String source) {
    return aliases.stream()
        .filter(alias -> alias.source().equalsIgnoreCase(source))
        .toList();
  }

  private static MailAddress base(MailAddress address) {
    int plus = address.localPart().indexOf('+');
    return plus > 0 ? address.withLocalPart(address.localPart().substring(0, plus)) : address;
  }

  /** {@link AliasTable} as an object of its own, since both views of an address are called {@code lookup}. */
  public AliasTable aliases() {
    return new AliasTable() {
      @Override
      public AliasMatch lookup(MailAddress address) {
        return match(address);
      }

      @Override
      public List<Alias> list(String text) {
        ask();
        return aliases.stream()
            .filter(alias -> contains(alias.source(), text) || contains(alias.target(), text))
            .toList();
      }

      private boolean contains(String whole, String text) {
        return whole.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
      }

      @Override
      public void add(Alias alias) {
        ask();
        aliases.add(alias);
      }

      @Override
      public void remove(Alias alias) {
        ask();
        if (!aliases.remove(alias)) {
          throw DirectoryException.refused("no such alias");
        }
      }
    };
  }

  @Override
  public Answer lookup(MailAddress address) {
    ask();
    AliasMatch alias = match(address);
    if (alias instanceof AliasMatch.Rejected rejected) {
      return new Answer.Rejected(rejected.reply());
    }
    if (alias instanceof AliasMatch.Targets) {
      return new Answer.Mapped();
    }
    if (!isLocalDomain(address.domain())) {
      return new Answer.NotLocal();
    }
    MailAddress base = base(address);
    Optional<String> detail = base.equals(address)
        ? Optional.empty()
        : Optional.of(address.localPart().substring(base.localPart().length() + 1));
    if (findUser(address).isPresent()) {
      return new Answer.User(findUser(address).get(), Optional.empty());
    }
    Optional<MailAddress> user = findUser(base);
    if (user.isPresent()) {
      return new Answer.User(user.get(), detail);
    }
    return address.localPart().equalsIgnoreCase("postmaster")
        ? new Answer.Mapped()
        : new Answer.Unknown();
  }
}
