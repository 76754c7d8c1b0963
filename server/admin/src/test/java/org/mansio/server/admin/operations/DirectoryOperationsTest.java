package org.mansio.server.admin.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.mansio.server.admin.AliasView;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.testkit.MemoryDirectory;
import org.slf4j.LoggerFactory;

class DirectoryOperationsTest {
  private final MemoryDirectory directory = new MemoryDirectory().with("alice@example.org");
  private final DomainOperations domains = new DomainOperations(directory);
  private final UserOperations users = new UserOperations(directory);
  private final AliasOperations aliases = new AliasOperations(directory.aliases());

  @Test
  void aDomainIsKeptAsALowerCaseALabel() {
    domains.add(" Bücher.Example ");

    assertThat(domains.list()).containsExactly("example.org", "xn--bcher-kva.example");
  }

  @Test
  void whatIsNoDomainIsRefused() {
    assertThatThrownBy(() -> domains.add("not a domain"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a domain");
    assertThatThrownBy(() -> domains.add("[192.0.2.1]"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDomainWithUsersStays() {
    assertThatThrownBy(() -> domains.remove("example.org"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(domains.list()).contains("example.org");
  }

  @Test
  void aUserIsAddedWithItsPassword() {
    users.add("bob@example.org", "correct horse");

    assertThat(users.list("example.org")).containsExactly("alice@example.org", "bob@example.org");
    assertThat(directory.authenticate("bob@example.org", "correct horse"))
        .isEqualTo(new AuthenticationResult.Authenticated(MailAddress.of("bob@example.org")));
  }

  @Test
  void noPasswordReachesTheLog() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    try {
      users.add("bob@example.org", "correct horse");
      users.setPassword("bob@example.org", "battery staple");
    } finally {
      root.detachAppender(log);
    }

    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(2)
        .noneMatch(line -> line.contains("horse") || line.contains("staple"));
  }

  @Test
  void anUnknownUserIsNoSuchElement() {
    assertThatThrownBy(() -> users.remove("nobody@example.org"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("no such user: nobody@example.org");
    assertThatThrownBy(() -> users.setPassword("nobody@example.org", "x"))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void anEmptyPasswordIsRefused() {
    assertThatThrownBy(() -> users.add("bob@example.org", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(users.list("")).containsExactly("alice@example.org");
  }

  @Test
  void aDirectoryThatIsAwayIsTemporary() {
    directory.setAway(true);

    assertThatThrownBy(domains::list)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("away")
        .hasNoCause();
  }

  @Test
  void theKindOfAnAliasFollowsFromItsForm() {
    aliases.add("", "sales@example.org", "alice@example.org");
    aliases.add("", "@example.net", "example.org");
    aliases.add("", "@example.com", "alice@example.org");
    aliases.add("catch-all", "@example.edu", "alice@example.org");

    assertThat(aliases.list(""))
        .extracting(AliasView::kind)
        .containsExactly("address", "domain", "catch_all", "catch_all");
  }

  @Test
  void removingASourceRemovesAllItsLinesAndNoOthers() {
    aliases.add("group", "all@example.org", "a@example.org");
    aliases.add("group", "all@example.org", "b@example.org");
    aliases.add("", "overall@example.org", "a@example.org");

    assertThat(aliases.remove("", "all@example.org", "")).isEqualTo(2);
    assertThat(aliases.list(""))
        .extracting(AliasView::source)
        .containsExactly("overall@example.org");
    assertThatThrownBy(() -> aliases.remove("", "all@example.org", ""))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void anAddressIsAddedToAGroupThatThereIs() {
    aliases.add("group", "team@example.org", "alice@example.org");
    aliases.add("", "Team@example.org", "bob@example.org");
    aliases.add("", "info@example.org", "alice@example.org");

    assertThat(aliases.list(""))
        .extracting(AliasView::kind, AliasView::target)
        .containsExactlyInAnyOrder(
            tuple("group", "alice@example.org"),
            tuple("group", "bob@example.org"),
            tuple("address", "alice@example.org"));
  }

  @Test
  void aLineIsFoundAsItWasWritten() {
    directory.addDomain("xn--bcher-kva.example");
    aliases.add("group", "team@xn--bcher-kva.example", "alice@example.org");
    aliases.add("", "team@b\u00fccher.example", "bob@example.org");
    aliases.add("", "@old.example", "xn--bcher-kva.example");

    assertThat(aliases.remove("", "team@b\u00fccher.example", "")).isEqualTo(2);
    assertThat(aliases.remove("", "@OLD.example", "b\u00fccher.example")).isEqualTo(1);
  }
}
