package org.mansio.spi.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.address;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mansio.spi.directory.Alias.Kind;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.UserDirectory;

/**
 * What every directory keeps to. Extend it, and give an empty directory with {@code +} as the subaddress delimiter, the
 * default domain {@code example.org}, and {@code postmaster@mail.example.org} as the server's postmaster at the host
 * {@code mail.example.org}. Each of the interfaces holds the tests of one subject.
 */
public abstract class DirectoryContract
    implements UserContract,
        PasswordContract,
        RecipientContract,
        AliasContract,
        AliasTableContract {
  private Directory directory;

  /** An empty directory, not yet open; the suite opens and closes it. */
  protected abstract Directory create() throws Exception;

  @BeforeEach
  void openDirectory() throws Exception {
    directory = create();
    directory.open();
    users().addDomain("example.org");
    users().addUser(address("alice@example.org"), SECRET);
    users().addUser(address("bob@example.org"), SECRET);
  }

  @AfterEach
  void closeDirectory() {
    directory.close();
  }

  @Override
  public UserDirectory users() {
    return directory.users();
  }

  @Override
  public AliasTable aliases() {
    return directory.aliases();
  }

  @Override
  public LocalRecipients recipients() {
    return directory.recipients();
  }

  @Test
  void whatIsStoredIsThereAfterReopening() {
    add(Kind.ADDRESS, "sales@example.org", "alice@example.org");
    directory.close();
    assertThatThrownBy(() -> users().domains())
        .isInstanceOfSatisfying(
            DirectoryException.class, e -> assertThat(e.temporary()).isTrue());
    directory.open();
    assertThat(users().domains()).containsExactly("example.org");
    assertThat(users().authenticate("alice", SECRET))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
    assertThat(targets("sales@example.org")).containsExactly(address("alice@example.org"));
  }
}
