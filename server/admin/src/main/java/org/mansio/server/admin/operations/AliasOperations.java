package org.mansio.server.admin.operations;

import java.text.Normalizer;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.AliasView;
import org.mansio.server.admin.AliasesMXBean;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The alias table, in the directory. */
public final class AliasOperations implements AliasesMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(AliasOperations.class);

  private final AliasTable table;

  public AliasOperations(AliasTable table) {
    this.table = table;
  }

  @Override
  public List<AliasView> list(String text) {
    return Arguments.ask(() -> table.list(text.strip())).stream()
        .map(alias -> new AliasView(AdminNames.text(alias.kind()), alias.source(), alias.target()))
        .toList();
  }

  @Override
  public void add(String kind, String source, String target) {
    Alias.Kind meant = kindOf(kind, source, target);
    String from = source.strip();
    Alias alias = new Alias(meant, meant == Alias.Kind.REGEX ? from : asKept(from), target.strip());
    Arguments.tell(() -> table.add(alias));
    LOG.info(
        "Operator added alias {} {} to {}",
        AdminNames.text(alias.kind()),
        alias.source(),
        alias.target());
  }

  private Alias.Kind kindOf(String kind, String source, String target) {
    if (!kind.isBlank()) {
      return Arguments.constant(Alias.Kind.class, kind);
    }
    if (!source.strip().startsWith("@")) {
      return isGroup(source.strip()) ? Alias.Kind.GROUP : Alias.Kind.ADDRESS;
    }
    return target.strip().lastIndexOf('@') > 0 ? Alias.Kind.CATCH_ALL : Alias.Kind.DOMAIN;
  }

  private boolean isGroup(String source) {
    return linesOf(source).anyMatch(alias -> alias.kind() == Alias.Kind.GROUP);
  }

  private Stream<Alias> linesOf(String source) {
    String kept = asKept(source);
    return Arguments.ask(() -> table.list(kept)).stream()
        .filter(alias -> alias.source().equalsIgnoreCase(kept));
  }

  /** Addresses and domains as the table has them, with A-labels; a pattern or a reply as it is. */
  private static String asKept(String text) {
    try {
      int at = text.indexOf('@');
      return at > 0
          ? Normalizer.normalize(MailAddress.parse(text).toString(), Normalizer.Form.NFC)
          : text.substring(0, at + 1)
              + MailAddress.parse("x@" + text.substring(at + 1)).domain();
    } catch (InvalidAddressException e) {
      return text;
    }
  }

  @Override
  public int remove(String kind, String source, String target) {
    Optional<Alias.Kind> wanted =
        Arguments.text(kind).map(k -> Arguments.constant(Alias.Kind.class, k));
    String targetAsKept = asKept(target.strip());
    List<Alias> doomed = linesOf(source.strip())
        .filter(alias -> target.isBlank() || alias.target().equalsIgnoreCase(targetAsKept))
        .filter(alias -> wanted.map(k -> k == alias.kind()).orElse(true))
        .toList();
    if (doomed.isEmpty()) {
      throw new NoSuchElementException(
          "no such alias: " + source + (target.isBlank() ? "" : " to " + target));
    }
    for (Alias alias : doomed) {
      Arguments.tell(() -> table.remove(alias));
      LOG.info(
          "Operator removed alias {} {} to {}",
          AdminNames.text(alias.kind()),
          alias.source(),
          alias.target());
    }
    return doomed.size();
  }
}
