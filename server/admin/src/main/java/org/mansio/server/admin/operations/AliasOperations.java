package org.mansio.server.admin.operations;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.AliasView;
import org.mansio.server.admin.AliasesMXBean;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasTable;
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
    Alias alias = new Alias(kindOf(kind, source, target), source.strip(), target.strip());
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
    return Arguments.ask(() -> table.list(source)).stream()
        .anyMatch(
            alias -> alias.kind() == Alias.Kind.GROUP && alias.source().equalsIgnoreCase(source));
  }

  @Override
  public int remove(String kind, String source, String target) {
    Optional<Alias.Kind> wanted =
        Arguments.text(kind).map(k -> Arguments.constant(Alias.Kind.class, k));
    List<Alias> doomed = Arguments.ask(() -> table.list(source.strip())).stream()
        .filter(alias -> alias.source().equalsIgnoreCase(source.strip()))
        .filter(alias -> target.isBlank() || alias.target().equalsIgnoreCase(target.strip()))
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
