package org.mansio.server.admin.operations;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.mansio.server.admin.AdminNames;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;

/** Reads what operators write, and asks a directory so that a client understands its errors. */
final class Arguments {
  private Arguments() {}

  static MailAddress address(String text) {
    try {
      return MailAddress.parse(text.strip());
    } catch (InvalidAddressException e) {
      throw new IllegalArgumentException("'" + text + "' isn't an address: " + e.getMessage());
    }
  }

  /** A domain as the directory keeps it: lower case, A-labels. */
  static String domain(String text) {
    try {
      // A domain is valid when it can stand in an address; one grammar decides both (RFC 5321
      // §4.1.2).
      MailAddress probe = MailAddress.parse("postmaster@" + text.strip());
      if (!probe.isLiteral()) {
        return probe.domain();
      }
    } catch (InvalidAddressException e) {
      throw new IllegalArgumentException("'" + text + "' isn't a domain: " + e.getMessage());
    }
    throw new IllegalArgumentException("an address literal can't be a local domain: " + text);
  }

  /** A path on the server's machine; a client may work in another folder. */
  static Path absolutePath(String text) {
    Path path = Path.of(text.strip());
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("'" + text + "' isn't an absolute path");
    }
    return path;
  }

  static Optional<String> text(String text) {
    return Optional.of(text.strip()).filter(t -> !t.isEmpty());
  }

  /** A constant in any case, with {@code -} for {@code _}. */
  static <E extends Enum<E>> E constant(Class<E> type, String text) {
    String wanted = text.strip().replace('-', '_');
    return Arrays.stream(type.getEnumConstants())
        .filter(c -> c.name().equalsIgnoreCase(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' isn't one of: "
            + Arrays.stream(type.getEnumConstants())
                .map(AdminNames::text)
                .collect(Collectors.joining(", "))));
  }

  static <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (DirectoryException e) {
      // The cause stays here: a client need not have its class.
      throw e.temporary()
          ? new IllegalStateException("the directory can't answer now: " + e.getMessage())
          : new IllegalArgumentException(e.getMessage());
    }
  }

  static void tell(Runnable order) {
    Arguments.<Optional<Void>>ask(() -> {
      order.run();
      return Optional.empty();
    });
  }
}
