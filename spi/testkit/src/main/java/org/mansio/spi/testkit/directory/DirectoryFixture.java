package org.mansio.spi.testkit.directory;

import static org.mansio.spi.testkit.directory.DirectoryAnswers.address;

import java.util.List;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.Alias.Kind;
import org.mansio.spi.directory.AliasMatch;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.LocalRecipients.Answer;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;

/**
 * What the parts of the contract have at hand: an open directory with the domain {@code example.org}, in which there are
 * {@code alice} and {@code bob}, both with the password {@link #SECRET}.
 */
interface DirectoryFixture {
  String SECRET = "Sesam, öffne dich";

  UserDirectory users();

  AliasTable aliases();

  LocalRecipients recipients();

  default void add(Kind kind, String source, String target) {
    aliases().add(new Alias(kind, source, target));
  }

  /** What an address stands for; empty when it is no alias. */
  default List<MailAddress> targets(String source) {
    return aliases().lookup(address(source)) instanceof AliasMatch.Targets found
        ? found.targets()
        : List.of();
  }

  default Answer recipient(String text) {
    return recipients().lookup(address(text));
  }
}
