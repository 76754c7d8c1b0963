package org.mansio.server.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jdbi.v3.core.Handle;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.mail.MailAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows as one connection sees them. */
record SqlRows(Handle handle) implements DirectoryRows {
  private static final Logger LOG = LoggerFactory.getLogger(SqlRows.class);

  @Override
  public boolean hasDomain(String domain) {
    return handle
        .createQuery("SELECT 1 FROM domains WHERE name = :name")
        .bind("name", domain)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  @Override
  public boolean hasUser(MailAddress address) {
    return handle
        .createQuery("SELECT 1 FROM users WHERE domain = :domain AND local_part = :local")
        .bind("domain", address.domain())
        .bind("local", address.localPart())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  @Override
  public List<Alias> aliases(String source) {
    return handle
        .createQuery(
            "SELECT kind, target FROM aliases WHERE source = :source AND kind <> 'REGEX' ORDER BY target")
        .bind("source", source)
        .map((row, context) ->
            new Alias(Alias.Kind.valueOf(row.getString(1)), source, row.getString(2)))
        .list();
  }

  @Override
  public List<PatternLine> patterns() {
    List<PatternLine> lines = new ArrayList<>();
    handle
        .createQuery(
            "SELECT source, target FROM aliases WHERE kind = 'REGEX' ORDER BY source, target")
        .map((row, context) -> new Alias(Alias.Kind.REGEX, row.getString(1), row.getString(2)))
        .forEach(line -> {
          try {
            lines.add(new PatternLine(compile(line.source()), line.target()));
          } catch (PatternSyntaxException e) {
            // add() checks patterns, so somebody wrote this one into the table.
            LOG.error("alias pattern '{}' is left out: {}", line.source(), e.getDescription());
          }
        });
    return lines;
  }

  /** Addresses are matched whole and without case. */
  static Pattern compile(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }
}
