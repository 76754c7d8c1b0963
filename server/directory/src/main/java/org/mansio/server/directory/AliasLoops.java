package org.mansio.server.directory;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mail.MailAddress;

/** Follows aliases from one address through all its targets, and refuses a way that comes back. One use; not thread-safe. */
final class AliasLoops {
  /** Aliases of aliases in a row; more is a loop that grows the address, or nothing anybody understands. */
  static final int MAX_DEPTH = 20;

  /** Addresses followed at the most; a group of groups may be larger than can be checked. */
  private static final int MAX_VISITED = 20_000;

  // No mailbox has this name: what the domain does with anybody.
  private static final String ANYBODY = "mansio-alias-check-4c1f9a";

  private final Addressing addressing;
  private final Set<MailAddress> done = new HashSet<>();

  AliasLoops(Addressing addressing) {
    this.addressing = addressing;
  }

  /**
   * Checks a line that the rows hold already.
   *
   * @throws DirectoryException when it closes a loop
   */
  void check(Alias line) {
    MailAddress start = switch (line.kind()) {
      case ERROR, ADDRESS, GROUP, FORWARD -> MailAddress.of(line.source());
      case DOMAIN, CATCH_ALL -> new MailAddress(ANYBODY, line.source().substring(1));
      case REGEX -> AliasSyntax.sample(line);
    };
    follow(Mailboxes.canonical(start), new LinkedHashSet<>());
  }

  private void follow(MailAddress address, Set<MailAddress> path) {
    if (path.size() > MAX_DEPTH) {
      throw DirectoryException.refused(
          "more than " + MAX_DEPTH + " aliases in a row from " + path.iterator().next());
    }
    if (done.contains(address) || done.size() > MAX_VISITED) {
      return;
    }
    path.add(address);
    if (addressing.step(address) instanceof AliasMatch.Targets targets) {
      for (MailAddress target : targets.targets()) {
        MailAddress next = Mailboxes.canonical(target);
        boolean kept = targets.kind() == Alias.Kind.FORWARD && next.equals(address);
        if (path.contains(next) && !kept) {
          throw DirectoryException.refused("this closes a loop: " + next + " leads back to itself");
        }
        if (!kept) {
          follow(next, path);
        }
      }
    }
    path.remove(address);
    done.add(address);
  }
}
