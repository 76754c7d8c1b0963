package org.mansio.server.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.directory.AuthenticationResult;

/** Domains, users and aliases, and how a command ends (sysexits). */
class MansioctlTest extends MansioctlFixture {
  @Test
  void domainsAreAddedListedAndRemoved() {
    assertThat(run(List.of("domain", "add", "Example.NET"))).isZero();
    assertThat(run(List.of("domain", "list"))).isZero();
    assertThat(printed()).isEqualTo("DOMAIN\nexample.net\nexample.org\n");

    assertThat(run(List.of("domain", "remove", "example.net"))).isZero();
    assertThat(run(List.of("domain", "list", "--json"))).isZero();
    assertThat(printed()).isEqualTo("[\"example.org\"]\n");
  }

  @Test
  void thePasswordIsTheFirstLineOfStandardInput() {
    assertThat(run("pässword 1\nrest\n", "user", "add", "bob@example.org")).isZero();
    assertThat(directory.authenticate("bob@example.org", "pässword 1"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);

    assertThat(run("second\r\n", "user", "passwd", "bob@example.org")).isZero();
    assertThat(directory.authenticate("bob@example.org", "second"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
  }

  @Test
  void noPasswordIsRefused() {
    assertThat(run("", "user", "add", "bob@example.org")).isEqualTo(ExitCodes.DATA);
    assertThat(err.toString()).contains("password is empty");
  }

  @Test
  void anUnknownUserExits67() {
    assertThat(run(List.of("user", "remove", "nobody@example.org"))).isEqualTo(ExitCodes.NO_USER);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("mansioctl: no such user: nobody@example.org");
  }

  @Test
  void whatExistsAlreadyExits65() {
    assertThat(run("secret\n", "user", "add", "alice@example.org")).isEqualTo(ExitCodes.DATA);
  }

  @Test
  void aDirectoryThatIsAwayExits75() {
    directory.setAway(true);
    assertThat(run(List.of("user", "list"))).isEqualTo(ExitCodes.TRY_LATER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "domain", "domain frobnicate", "queue list --nonsense", "trace", "user add"})
  void wrongUsageExits64(String line) {
    assertThat(run(line.isEmpty() ? List.of() : List.of(line.split(" "))))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).startsWith("mansioctl: ");
  }

  @Test
  void aServerThatIsNotThereExits69() {
    int code = Mansioctl.run(
        AttachedServer::on,
        new ByteArrayInputStream(new byte[0]),
        new PrintWriter(out),
        new PrintWriter(err),
        "--data",
        "target/no-such-folder",
        "health");

    assertThat(code).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(err.toString()).contains("no server is running on target/no-such-folder");
  }

  @Test
  void severalTargetsMakeAGroup() {
    assertThat(
            run(List.of("alias", "add", "all@example.org", "alice@example.org", "bob@example.net")))
        .isZero();
    assertThat(run(List.of("alias", "list"))).isZero();
    assertThat(printed())
        .isEqualTo("KIND   SOURCE           TARGET\n"
            + "group  all@example.org  alice@example.org\n"
            + "group  all@example.org  bob@example.net\n");

    assertThat(run(List.of("alias", "remove", "all@example.org"))).isZero();
    assertThat(printed()).isEqualTo("2 removed\n");
    assertThat(run(List.of("alias", "remove", "all@example.org"))).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void healthExitsWithOneWhenSomethingIsDown() {
    assertThat(run(List.of("health"))).isZero();
    trouble = Optional.of("refuses mail");
    assertThat(run(List.of("health"))).isEqualTo(ExitCodes.UNHEALTHY);
    assertThat(printed()).contains("queue      down   refuses mail");
  }

  @Test
  void operationsThatAreNotOfferedAreUnavailable() {
    assertThat(run(List.of("listeners"))).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(err.toString()).contains("Listeners");
  }

  @Test
  void aPasswordIsKeptForLegacyMechanismsWhenAskedFor() {
    assertThat(run("Sesam\n", "user", "passwd", "alice@example.org", "--legacy-secrets"))
        .isZero();
    assertThat(directory.sharedSecret("alice@example.org")).isPresent();
    assertThat(run("Sesam\n", "user", "passwd", "alice@example.org")).isZero();
    assertThat(directory.sharedSecret("alice@example.org")).isEmpty();
  }

  @Test
  void whoIsShutOutIsListedAndLetIn() {
    assertThat(run(List.of("auth", "locks"))).isZero();
    assertThat(printed()).contains("192.0.2.1", "2026-01-01T00:15:00Z").doesNotContain("alice");
    assertThat(run(List.of("auth", "locks", "--all", "--json"))).isZero();
    assertThat(printed()).contains("\"subject\":\"alice@example.org\"", "\"failures\":3");
    assertThat(run(List.of("auth", "unlock", "192.0.2.1"))).isZero();
    assertThat(run(List.of("auth", "locks"))).isZero();
    assertThat(printed()).doesNotContain("192.0.2.1");
    assertThat(run(List.of("auth", "unlock", "192.0.2.9"))).isNotZero();
    assertThat(err.toString()).contains("192.0.2.9");
  }

  @Test
  void anUnknownDomainExits66() {
    assertThat(run(List.of("domain", "remove", "example.net"))).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(err.toString()).isEqualToIgnoringNewLines("mansioctl: no such domain: example.net");
    assertThat(run(List.of("user", "list", "example.net"))).isEqualTo(ExitCodes.NO_USER);
  }

  @Test
  void helpTellsTheSameAsTheOption() {
    assertThat(run(List.of("queue", "list", "--help"))).isZero();
    String wanted = printed();
    assertThat(run(List.of("help", "queue", "list"))).isZero();
    assertThat(printed()).isEqualTo(wanted).contains("--older-than");
    assertThat(run(List.of("help"))).isZero();
    assertThat(printed()).contains("Exit codes:");
    assertThat(run(List.of("help", "queue", "lists"))).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("no command 'lists'");
  }

  @Test
  void aMistakeIsNotBuriedUnderHelp() {
    assertThat(run(List.of("queue", "hold"))).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString())
        .startsWith("mansioctl: name a queue id or a condition")
        .contains("Usage: mansioctl queue hold ")
        .contains("'mansioctl queue hold --help' tells more.")
        .doesNotContain("Part of the sender's address");
  }

  @Test
  void pluginsAreSummedUpAndShownByName() {
    assertThat(run(List.of("plugins"))).isZero();
    assertThat(printed())
        .isEqualTo("NAME      VERSION  SPI  SOURCE    CONTRIBUTES\n"
            + "standard  1.0        1  built in  2 mailets, matcher All\n");
    assertThat(run(List.of("plugins", "Standard"))).isZero();
    assertThat(printed()).isEqualTo("CONTRIBUTES\nmailet Null\nmailet Bounce\nmatcher All\n");
    assertThat(run(List.of("plugins", "nosuch"))).isEqualTo(ExitCodes.NOT_FOUND);
  }
}
