package org.mansio.spi.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.address;
import static org.mansio.spi.testkit.directory.DirectoryAnswers.user;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.spi.directory.Alias.Kind;
import org.mansio.spi.directory.LocalRecipients.Answer;

/** Who takes mail: users, with and without subaddress (RFC 5233), and the postmaster (RFC 5321 §4.5.1). */
interface RecipientContract extends DirectoryFixture {
  @Test
  default void aUserIsARecipientWithOrWithoutSubaddress() {
    assertThat(recipient("alice@example.org")).isEqualTo(user("alice@example.org"));
    assertThat(recipient("ALICE@example.org")).isEqualTo(user("alice@example.org"));
    assertThat(recipient("Alice+Lists+java@example.org"))
        .isEqualTo(new Answer.User(address("alice@example.org"), Optional.of("Lists+java")));
    assertThat(recipient("nobody+x@example.org")).isEqualTo(new Answer.Unknown());
    assertThat(recipient("+x@example.org")).isEqualTo(new Answer.Unknown());
  }

  @Test
  default void aUserWhoseNameHoldsTheDelimiterGoesBeforeASubaddress() {
    users().addUser(address("alice+work@example.org"), SECRET);
    assertThat(recipient("alice+work@example.org")).isEqualTo(user("alice+work@example.org"));
  }

  @Test
  default void anotherDomainIsNotLocal() {
    assertThat(recipient("alice@example.com")).isEqualTo(new Answer.NotLocal());
    assertThat(recipient("alice@[192.0.2.1]")).isEqualTo(new Answer.NotLocal());
    assertThat(recipient("postmaster@example.com")).isEqualTo(new Answer.NotLocal());
  }

  @Test
  default void postmasterOfALocalDomainIsAlwaysTaken() {
    assertThat(recipient("Postmaster@example.org")).isEqualTo(user("postmaster@example.org"));
    users().addDomain("mail.example.org");
    users().addUser(address("postmaster@mail.example.org"), SECRET);
    assertThat(recipient("postmaster@example.org")).isEqualTo(new Answer.Mapped());
    assertThat(targets("postmaster@example.org"))
        .containsExactly(address("postmaster@mail.example.org"));
    add(Kind.ADDRESS, "postmaster@example.org", "alice@example.org");
    assertThat(targets("postmaster@example.org")).containsExactly(address("alice@example.org"));
  }
}
