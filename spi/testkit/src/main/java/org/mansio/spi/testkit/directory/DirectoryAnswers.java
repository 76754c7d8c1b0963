package org.mansio.spi.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.LocalRecipients.Answer;
import org.mansio.spi.mail.MailAddress;

/** What a directory is asked and answers, in few words. */
final class DirectoryAnswers {
  private DirectoryAnswers() {}

  static MailAddress address(String text) {
    return MailAddress.of(text);
  }

  /** A user who is addressed without subaddress. */
  static Answer user(String text) {
    return new Answer.User(address(text), Optional.empty());
  }

  /** The call is wrong, and would be later too. */
  static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DirectoryException.class, e -> assertThat(e.temporary()).isFalse());
  }
}
