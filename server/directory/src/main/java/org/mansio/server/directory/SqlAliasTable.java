package org.mansio.server.directory;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mail.MailAddress;

/** Aliases in the database. Lookups come from kept rows; a change is checked and made in one transaction. */
final class SqlAliasTable implements AliasTable {
  private final Database database;
  private final CachedRows rows;
  private final Addressing.Rules rules;

  SqlAliasTable(Database database, CachedRows rows, Addressing.Rules rules) {
    this.database = database;
    this.rows = rows;
    this.rules = rules;
  }

  @Override
  public AliasMatch lookup(MailAddress address) {
    return new Addressing(rows, rules).step(address);
  }

  @Override
  public List<Alias> list(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    // Filtered here: LIKE would need escaping, and folds case differently in each database.
    return database.read(handle -> handle
        .createQuery("SELECT kind, source, target FROM aliases ORDER BY source, kind, target")
        .map((row, context) ->
            new Alias(Alias.Kind.valueOf(row.getString(1)), row.getString(2), row.getString(3)))
        .filter(line -> line.source().toLowerCase(Locale.ROOT).contains(wanted)
            || line.target().toLowerCase(Locale.ROOT).contains(wanted))
        .list());
  }

  @Override
  public void add(Alias alias) {
    Alias line = AliasSyntax.checked(alias);
    database.write(handle -> {
      SqlRows now = new SqlRows(handle);
      if (exists(handle, line)) {
        throw DirectoryException.refused(
            "this alias exists: " + line.source() + " to " + line.target());
      }
      checkPlace(now, line);
      insert(handle, line);
      new AliasLoops(new Addressing(now, rules)).check(line);
    });
    rows.changed();
  }

  /** Whether the line fits to the domains, users and lines that are there. */
  private static void checkPlace(SqlRows now, Alias line) {
    String domain = line.source().substring(line.source().lastIndexOf('@') + 1);
    switch (line.kind()) {
      case REGEX -> {
        // Applies to whatever domain is local when it is used.
      }
      case DOMAIN -> {
        requireSingle(now, line);
        if (hasUsers(now.handle(), domain)) {
          throw DirectoryException.refused(
              domain + " has users of its own, who would get no mail; remove them first");
        }
      }
      case CATCH_ALL -> {
        requireLocal(now, domain);
        requireSingle(now, line);
      }
      case ERROR -> {
        requireLocal(now, domain);
        requireSingle(now, line);
      }
      case ADDRESS -> {
        requireLocal(now, domain);
        requireSingle(now, line);
        requireOneKind(now, line);
        requireNoUser(now, line);
      }
      case GROUP -> {
        requireLocal(now, domain);
        requireOneKind(now, line);
        requireNoUser(now, line);
      }
      case FORWARD -> {
        requireLocal(now, domain);
        requireOneKind(now, line);
        MailAddress source = MailAddress.of(line.source());
        if (Mailboxes.canonical(MailAddress.of(line.target())).equals(source)
            && !now.hasUser(source)) {
          throw DirectoryException.refused(
              source + " is no user: there is no mailbox to keep a copy in");
        }
      }
    }
  }

  private static void requireLocal(SqlRows now, String domain) {
    if (!now.hasDomain(domain)) {
      throw DirectoryException.refused("domain " + domain + " isn't local; add it first");
    }
  }

  private static void requireSingle(SqlRows now, Alias line) {
    Optional<Alias> other = now.aliases(line.source()).stream()
        .filter(each -> each.kind() == line.kind())
        .findFirst();
    if (other.isPresent()) {
      throw DirectoryException.refused(line.source() + " leads to "
          + other.get().target() + " already; several targets make a GROUP of addresses");
    }
  }

  /** Of another name, a group and a forward of one address only the first would ever count. */
  private static void requireOneKind(SqlRows now, Alias line) {
    Optional<Alias> other = now.aliases(line.source()).stream()
        .filter(each -> each.kind() != line.kind())
        .filter(each -> each.kind() != Alias.Kind.ERROR)
        .findFirst();
    if (other.isPresent()) {
      throw DirectoryException.refused(line.source() + " has a line of kind "
          + other.get().kind() + " already, and only one of them would count; remove it first");
    }
  }

  private static void requireNoUser(SqlRows now, Alias line) {
    if (now.hasUser(MailAddress.of(line.source()))) {
      throw DirectoryException.refused(
          line.source() + " is a user, who would get no mail; FORWARD sends it elsewhere");
    }
  }

  static boolean hasUsers(Handle handle, String domain) {
    return handle
            .createQuery("SELECT count(*) FROM users WHERE domain = :domain")
            .bind("domain", domain)
            .mapTo(Long.class)
            .one()
        > 0;
  }

  private static boolean exists(Handle handle, Alias line) {
    return handle
        .createQuery(
            "SELECT 1 FROM aliases WHERE kind = :kind AND source = :source AND target = :target")
        .bind("kind", line.kind().name())
        .bind("source", line.source())
        .bind("target", line.target())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  private static void insert(Handle handle, Alias line) {
    handle
        .createUpdate("INSERT INTO aliases (kind, source, target) VALUES (:kind, :source, :target)")
        .bind("kind", line.kind().name())
        .bind("source", line.source())
        .bind("target", line.target())
        .execute();
  }

  @Override
  public void remove(Alias alias) {
    Alias line = AliasSyntax.checked(alias);
    database.write(handle -> {
      int removed = handle
          .createUpdate(
              "DELETE FROM aliases WHERE kind = :kind AND source = :source AND target = :target")
          .bind("kind", line.kind().name())
          .bind("source", line.source())
          .bind("target", line.target())
          .execute();
      if (removed == 0) {
        throw DirectoryException.refused(
            "no such alias: " + line.source() + " to " + line.target());
      }
    });
    rows.changed();
  }
}
