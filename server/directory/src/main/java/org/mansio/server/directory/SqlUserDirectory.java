package org.mansio.server.directory;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.ScramCredentials;
import org.mansio.spi.directory.SharedSecret;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Domains and users in the database. Domains and users are kept for seconds, password hashes are read each time. */
final class SqlUserDirectory implements UserDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(SqlUserDirectory.class);

  private final Database database;
  private final CachedRows rows;
  private final Addressing addressing;
  private final Passwords passwords;
  private final ScramVerifiers scram;
  private final SharedSecrets secrets;
  private final Optional<String> defaultDomain;

  SqlUserDirectory(
      Database database,
      CachedRows rows,
      Addressing addressing,
      Passwords passwords,
      ScramVerifiers scram,
      SharedSecrets secrets,
      Optional<String> defaultDomain) {
    this.database = database;
    this.rows = rows;
    this.addressing = addressing;
    this.passwords = passwords;
    this.scram = scram;
    this.secrets = secrets;
    this.defaultDomain = defaultDomain;
  }

  @Override
  public boolean isLocalDomain(String domain) {
    return addressing.isLocal(domain.toLowerCase(Locale.ROOT));
  }

  @Override
  public Optional<MailAddress> findUser(MailAddress address) {
    return Optional.of(Mailboxes.canonical(address)).filter(rows::hasUser);
  }

  @Override
  public AuthenticationResult authenticate(String login, String password) {
    Optional<PreparedPassword> prepared = PreparedPassword.of(password);
    if (prepared.isEmpty()) {
      // Can't be anybody's password, whoever asks: nothing is learnt from the quick answer.
      return new AuthenticationResult.Rejected();
    }
    Optional<MailAddress> user = addressOf(login);
    Optional<String> stored = user.flatMap(this::hash);
    try {
      if (!passwords.check(stored, prepared.get()) || user.isEmpty() || stored.isEmpty()) {
        return new AuthenticationResult.Rejected();
      }
    } catch (IllegalArgumentException e) {
      LOG.error(
          "the password hash of {} is unusable ({}); set the password anew",
          user.orElse(null),
          e.getMessage());
      return new AuthenticationResult.Rejected();
    }
    if (passwords.isOutdated(stored.get())) {
      rehash(user.get(), stored.get(), prepared.get());
    }
    return new AuthenticationResult.Authenticated(user.get());
  }

  @Override
  public Optional<MailAddress> addressOf(String login) {
    String text = login.indexOf('@') < 0
        ? defaultDomain.map(domain -> login + "@" + domain).orElse(login)
        : login;
    try {
      return Optional.of(Mailboxes.canonical(MailAddress.parse(text)));
    } catch (InvalidAddressException e) {
      LOG.debug("login isn't an address: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<String> hash(MailAddress user) {
    return database.read(handle -> handle
        .createQuery(
            "SELECT password_hash FROM users WHERE domain = :domain AND local_part = :local")
        .bind("domain", user.domain())
        .bind("local", user.localPart())
        .mapTo(String.class)
        .findOne());
  }

  /** Brings a hash to the parameters in force, now that the password is at hand; unless it was changed meanwhile. */
  private void rehash(MailAddress user, String old, PreparedPassword password) {
    String hash = passwords.hash(password);
    try {
      database.write(handle -> handle
          .createUpdate("UPDATE users SET password_hash = :hash"
              + " WHERE domain = :domain AND local_part = :local AND password_hash = :old")
          .bind("hash", hash)
          .bind("domain", user.domain())
          .bind("local", user.localPart())
          .bind("old", old)
          .execute());
    } catch (DirectoryException e) {
      // The login is right all the same; the next one tries again.
      LOG.warn("the password hash of {} couldn't be renewed", user, e);
    }
  }

  @Override
  public Optional<ScramCredentials> scram(String login, String hash) {
    Optional<MailAddress> user = addressOf(login);
    Optional<ScramHash> function = ScramHash.named(hash);
    if (user.isEmpty() || function.isEmpty()) {
      return Optional.empty();
    }
    Base64.Decoder base64 = Base64.getDecoder();
    return database.read(handle -> handle
        .createQuery("SELECT salt, iterations, stored_key, server_key FROM scram_verifiers"
            + " WHERE domain = :domain AND local_part = :local AND hash = :hash")
        .bind("domain", user.get().domain())
        .bind("local", user.get().localPart())
        .bind("hash", function.get().label())
        .map((row, context) -> new ScramCredentials(
            user.get(),
            base64.decode(row.getString(1)),
            row.getInt(2),
            base64.decode(row.getString(3)),
            base64.decode(row.getString(4))))
        .findOne());
  }

  @Override
  public int scramIterations() {
    return scram.iterations();
  }

  @Override
  public Optional<SharedSecret> sharedSecret(String login) {
    return addressOf(login).flatMap(user -> secrets.find(database, user));
  }

  @Override
  public List<String> domains() {
    return database.read(handle -> handle
        .createQuery("SELECT name FROM domains ORDER BY name")
        .mapTo(String.class)
        .list());
  }

  @Override
  public void addDomain(String domain) {
    String name = AliasSyntax.domain(domain);
    database.write(handle -> {
      Addressing now = new Addressing(new SqlRows(handle), addressing.rules());
      if (now.rows().hasDomain(name)) {
        throw DirectoryException.refused("domain " + name + " exists");
      }
      if (now.isLocal(name)) {
        throw DirectoryException.refused(
            "domain " + name + " is an alias of another one; remove the alias first");
      }
      handle
          .createUpdate("INSERT INTO domains (name) VALUES (:name)")
          .bind("name", name)
          .execute();
    });
    rows.changed();
  }

  @Override
  public void removeDomain(String domain) {
    String name = AliasSyntax.domain(domain);
    database.write(handle -> {
      if (!new SqlRows(handle).hasDomain(name)) {
        throw DirectoryException.refused("no domain " + name);
      }
      if (SqlAliasTable.hasUsers(handle, name)) {
        throw DirectoryException.refused("domain " + name + " has users; remove them first");
      }
      long aliases = handle
          // A domain has neither % nor _, so it needs no escaping.
          .createQuery(
              "SELECT count(*) FROM aliases WHERE kind <> 'REGEX' AND source LIKE :sources")
          .bind("sources", "%@" + name)
          .mapTo(Long.class)
          .one();
      if (aliases > 0) {
        throw DirectoryException.refused(
            "domain " + name + " has " + aliases + " aliases; remove them first");
      }
      handle
          .createUpdate("DELETE FROM domains WHERE name = :name")
          .bind("name", name)
          .execute();
    });
    rows.changed();
  }

  @Override
  public List<MailAddress> users(Optional<String> domain) {
    return database.read(handle -> handle
        .createQuery("SELECT local_part, domain FROM users"
            + " WHERE :every = 1 OR domain = :domain ORDER BY domain, local_part")
        .bind("every", domain.isEmpty() ? 1 : 0)
        .bind("domain", domain.map(name -> name.toLowerCase(Locale.ROOT)).orElse(""))
        .map((row, context) -> new MailAddress(row.getString(1), row.getString(2)))
        .list());
  }

  @Override
  public void addUser(MailAddress address, String password) {
    MailAddress user = Mailboxes.canonical(address);
    PreparedPassword prepared = prepared(password);
    String hash = passwords.hash(prepared);
    List<ScramVerifiers.Verifier> verifiers = scram.of(prepared);
    Optional<String> secret = secrets.encrypted(user, prepared, false);
    database.write(handle -> {
      SqlRows now = new SqlRows(handle);
      if (!now.hasDomain(user.domain())) {
        throw DirectoryException.refused("domain " + user.domain() + " isn't local; add it first");
      }
      if (now.hasUser(user)) {
        throw DirectoryException.refused("user " + user + " exists");
      }
      requireNoAlias(now, user);
      handle
          .createUpdate(
              "INSERT INTO users (domain, local_part, password_hash) VALUES (:domain, :local, :hash)")
          .bind("domain", user.domain())
          .bind("local", user.localPart())
          .bind("hash", hash)
          .execute();
      insert(handle, user, verifiers);
      SharedSecrets.store(handle, user, secret);
    });
    rows.changed();
  }

  private static void requireNoAlias(SqlRows now, MailAddress user) {
    boolean hidden = now.aliases(user.toString()).stream().anyMatch(line -> switch (line.kind()) {
      case ADDRESS, GROUP -> true;
      case ERROR, FORWARD, DOMAIN, REGEX, CATCH_ALL -> false;
    });
    if (hidden) {
      throw DirectoryException.refused(
          user + " is an alias, so the user would get no mail; remove the alias first");
    }
  }

  @Override
  public void setPassword(MailAddress address, String password) {
    setPassword(address, password, false);
  }

  @Override
  public void setPasswordAndSharedSecret(MailAddress address, String password) {
    setPassword(address, password, true);
  }

  private void setPassword(MailAddress address, String password, boolean shared) {
    MailAddress user = Mailboxes.canonical(address);
    PreparedPassword prepared = prepared(password);
    String hash = passwords.hash(prepared);
    List<ScramVerifiers.Verifier> verifiers = scram.of(prepared);
    Optional<String> secret = secrets.encrypted(user, prepared, shared);
    database.write(handle -> {
      int changed = handle
          .createUpdate(
              "UPDATE users SET password_hash = :hash WHERE domain = :domain AND local_part = :local")
          .bind("hash", hash)
          .bind("domain", user.domain())
          .bind("local", user.localPart())
          .execute();
      if (changed == 0) {
        throw DirectoryException.refused("no user " + user);
      }
      handle
          .createUpdate(
              "DELETE FROM scram_verifiers WHERE domain = :domain AND local_part = :local")
          .bind("domain", user.domain())
          .bind("local", user.localPart())
          .execute();
      insert(handle, user, verifiers);
      SharedSecrets.store(handle, user, secret);
    });
  }

  private static PreparedPassword prepared(String password) {
    return PreparedPassword.of(password)
        .orElseThrow(() -> DirectoryException.refused("a password has 1 to "
            + PreparedPassword.MAX_OCTETS + " octets and no control characters"));
  }

  private static void insert(
      Handle handle, MailAddress user, List<ScramVerifiers.Verifier> verifiers) {
    Base64.Encoder base64 = Base64.getEncoder();
    for (ScramVerifiers.Verifier verifier : verifiers) {
      handle
          .createUpdate(
              "INSERT INTO scram_verifiers (domain, local_part, hash, salt, iterations, stored_key, server_key)"
                  + " VALUES (:domain, :local, :hash, :salt, :iterations, :stored, :server)")
          .bind("domain", user.domain())
          .bind("local", user.localPart())
          .bind("hash", verifier.hash().label())
          .bind("salt", base64.encodeToString(verifier.salt()))
          .bind("iterations", verifier.iterations())
          .bind("stored", base64.encodeToString(verifier.storedKey()))
          .bind("server", base64.encodeToString(verifier.serverKey()))
          .execute();
    }
  }

  @Override
  public void removeUser(MailAddress address) {
    MailAddress user = Mailboxes.canonical(address);
    database.write(handle -> {
      int removed = handle
          .createUpdate("DELETE FROM users WHERE domain = :domain AND local_part = :local")
          .bind("domain", user.domain())
          .bind("local", user.localPart())
          .execute();
      if (removed == 0) {
        throw DirectoryException.refused("no user " + user);
      }
      // A forward is the user's own; without the user it would keep copies in a mailbox that nobody
      // reads.
      handle
          .createUpdate("DELETE FROM aliases WHERE source = :source AND kind = 'FORWARD'")
          .bind("source", user.toString())
          .execute();
    });
    rows.changed();
  }
}
