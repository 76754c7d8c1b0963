package org.mansio.server.directory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.Environment;
import org.mansio.spi.directory.DirectoryFactory;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes the directory {@code sql}: a database file of the installation, or PostgreSQL. */
public final class SqlDirectoryFactory implements DirectoryFactory {
  private static final String NO_DELIMITER = "none";

  static final Setting<DatabaseUrl.PostgreSql> URL = Setting.of(
      "url",
      DatabaseUrl.TYPE,
      "The database: empty for a file below the data folder (directory/directory.db), or "
          + "jdbc:postgresql://host:port/database; postgresql://user:password@host/database is understood too.");

  static final Setting<String> USERNAME =
      Setting.text("username", "User of the database, unless the url names it.");

  static final Setting<String> PASSWORD =
      Setting.secret("password", "Password of the database, unless the url has it.");

  static final Setting<Long> POOL_SIZE = Setting.number(
          "poolSize", "Connections to the database at the most.", 1, 200)
      .defaultsTo("8");

  static final Setting<String> DELIMITER = Setting.text(
          "subaddressDelimiter",
          "What separates a user from a subaddress (RFC 5233), as in alice+lists@example.org; none: no subaddresses.")
      .defaultsTo("+");

  static final Setting<String> DEFAULT_DOMAIN = Setting.of(
      "defaultDomain",
      new Setting.Type<>("domain", Setting.Kind.PLAIN, SqlDirectoryFactory::domain),
      "The domain of those who log in with a local part alone. Empty: they have to give the whole address.");

  static final Setting<Duration> CACHE = Setting.duration(
          "cache",
          "How long an answer from the database may be used again. Changes made through this server count at once.")
      .defaultsTo("30s");

  static final Setting<Duration> NEGATIVE_CACHE = Setting.duration(
          "negativeCache",
          "The same for what doesn't exist, such as addresses that spammers guess.")
      .defaultsTo("10s");

  static final Setting<Duration> LOGIN_CACHE = Setting.duration(
          "loginCache",
          "How long a checked password need not be hashed again; kept only as a keyed digest in memory. A changed "
              + "password counts at once. 0: hash at each login.")
      .defaultsTo("5m");

  static final Setting<Long> HASHES_AT_ONCE = Setting.number(
          "passwordHashesAtOnce",
          "Passwords hashed at the same time at the most; each takes argon2Memory. Others wait.",
          1,
          256)
      .defaultsTo("4");

  static final Setting<Long> ARGON2_MEMORY = Setting.size(
          "argon2Memory",
          "Memory of one password hash (Argon2id, RFC 9106), 8K to 1G. Counts for new hashes.")
      .defaultsTo("19M");

  static final Setting<Long> ARGON2_ITERATIONS =
      Setting.number("argon2Iterations", "Passes over that memory.", 1, 100).defaultsTo("2");

  static final Setting<Long> ARGON2_PARALLELISM =
      Setting.number("argon2Parallelism", "Lanes of one password hash.", 1, 16).defaultsTo("1");

  static final Setting<ScramHash> SCRAM_HASHES = Setting.of(
          "scramHashes",
          new Setting.Type<>(
              "one of: SHA-1, SHA-256, SHA-512", Setting.Kind.PLAIN, ScramHash::parse),
          "SCRAM mechanisms that a new password is prepared for (RFC 5802, RFC 7677). Their verifiers are easier to attack "
              + "than the Argon2id hash, should the database leak.")
      .repeated()
      .defaultsTo("SHA-1,SHA-256,SHA-512");

  static final Setting<Long> SCRAM_ITERATIONS = Setting.number(
          "scramIterations",
          "Iterations of SCRAM for new passwords; each login costs the client as many. RFC 7677 §4 asks for 4096 at least.",
          4096,
          1_000_000)
      .defaultsTo("10000");

  static final Setting<LegacySecrets> LEGACY_SECRETS = Setting.choice(
          "legacySecrets",
          "Whose password is kept, encrypted, so that CRAM-MD5, DIGEST-MD5 and NTLM can work: never, asked (of users for"
              + " whom mansioctl user passwd --legacy-secrets was given), always (of all whose password is set from now"
              + " on). Who gets both the database and the key file has these passwords.",
          LegacySecrets.class)
      .defaultsTo("asked");

  static final Setting<String> SECRETS_KEY = Setting.text(
          "secretsKey",
          "The file with the key that they are encrypted by; made at the first need. Relative paths start at the data"
              + " folder. Servers that share a database share it too.")
      .defaultsTo("directory/secrets.key");

  @Override
  public String name() {
    return "sql";
  }

  @Override
  public String description() {
    return "Domains, users and aliases in an SQL database: a file of the installation, or PostgreSQL.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(
        URL,
        USERNAME,
        PASSWORD,
        POOL_SIZE,
        DELIMITER,
        DEFAULT_DOMAIN,
        CACHE,
        NEGATIVE_CACHE,
        LOGIN_CACHE,
        HASHES_AT_ONCE,
        ARGON2_MEMORY,
        ARGON2_ITERATIONS,
        ARGON2_PARALLELISM,
        SCRAM_HASHES,
        SCRAM_ITERATIONS,
        LEGACY_SECRETS,
        SECRETS_KEY);
  }

  @Override
  public Directory create(Settings settings, Environment environment)
      throws InvalidSettingException {
    DatabaseUrl url = DatabaseUrl.of(
        settings.find(URL),
        settings.find(USERNAME),
        settings.find(PASSWORD),
        environment.data().resolve("directory"));
    Database database = new Database(url, Math.toIntExact(settings.get(POOL_SIZE)));
    Passwords passwords = new Passwords(
        Argon2id.of(
            settings.get(ARGON2_MEMORY),
            Math.toIntExact(settings.get(ARGON2_ITERATIONS)),
            Math.toIntExact(settings.get(ARGON2_PARALLELISM))),
        Math.toIntExact(settings.get(HASHES_AT_ONCE)),
        settings.get(LOGIN_CACHE));
    List<ScramHash> scram = settings.all(SCRAM_HASHES).stream().distinct().toList();
    CachedRows rows = new CachedRows(database, settings.get(CACHE), settings.get(NEGATIVE_CACHE));
    Optional<String> delimiter =
        Optional.of(settings.get(DELIMITER)).filter(text -> !text.equals(NO_DELIMITER));
    Addressing.Rules rules =
        new Addressing.Rules(delimiter, environment.postmaster(), environment.hostname());
    return new SqlDirectory(
        database,
        new SqlUserDirectory(
            database,
            rows,
            new Addressing(rows, rules),
            passwords,
            new ScramVerifiers(scram, Math.toIntExact(settings.get(SCRAM_ITERATIONS))),
            new SharedSecrets(
                settings.get(LEGACY_SECRETS),
                new SecretKeyFile(environment.data().resolve(settings.get(SECRETS_KEY)))),
            settings.find(DEFAULT_DOMAIN)),
        new SqlAliasTable(database, rows, rules),
        new Addressing(rows, rules)::lookup);
  }

  static String domain(String text) throws InvalidSettingException {
    try {
      return MailAddress.parse("postmaster@" + text).domain();
    } catch (InvalidAddressException e) {
      throw new InvalidSettingException("'" + text + "' isn't a domain: " + e.getMessage());
    }
  }
}
