package org.mansio.server.processor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Matcher;

/**
 * A matcher over others, recipient by recipient.
 *
 * @param children at least as many as the operation needs
 */
record CompositeMatcher(Operation operation, List<Child> children) implements Matcher {

  /** How the answers of the children combine. */
  enum Operation {
    /** Recipients that all children match. */
    AND("And", 1),
    /** Recipients that some child matches. */
    OR("Or", 1),
    /** Recipients that no child matches. */
    NOT("Not", 1),
    /** Recipients that an odd number of the children matches; of two: one, but not both. */
    XOR("Xor", 2);

    private final String chainName;
    private final int minimum;

    Operation(String chainName, int minimum) {
      this.chainName = chainName;
      this.minimum = minimum;
    }

    String chainName() {
      return chainName;
    }

    int minimum() {
      return minimum;
    }

    static Optional<Operation> find(String name) {
      return Arrays.stream(values()).filter(o -> o.chainName.equals(name)).findFirst();
    }

    static List<String> names() {
      return Arrays.stream(values()).map(Operation::chainName).toList();
    }
  }

  /** A condition inside. */
  record Child(Condition condition) {
    Set<Recipient> match(Mail mail) throws Exception {
      if (condition.matcher().isEmpty()) {
        return condition.negated() ? Set.of() : new LinkedHashSet<>(mail.recipients());
      }
      Set<Recipient> matched = new HashSet<>(condition.matcher().get().match(mail));
      Set<Recipient> result = new LinkedHashSet<>(mail.recipients());
      result.removeIf(recipient -> matched.contains(recipient) == condition.negated());
      return result;
    }
  }

  CompositeMatcher {
    children = List.copyOf(children);
  }

  @Override
  public List<Recipient> match(Mail mail) throws Exception {
    Set<Recipient> result = new LinkedHashSet<>(start(mail));
    for (Child child : children) {
      Set<Recipient> matched = child.match(mail);
      switch (operation) {
        case AND -> result.retainAll(matched);
        case OR -> result.addAll(matched);
        case NOT -> result.removeAll(matched);
        case XOR ->
          matched.forEach(recipient -> {
            if (!result.remove(recipient)) {
              result.add(recipient);
            }
          });
      }
    }
    return new ArrayList<>(result);
  }

  private List<Recipient> start(Mail mail) {
    return switch (operation) {
      case AND, NOT -> mail.recipients();
      case OR, XOR -> List.of();
    };
  }
}
