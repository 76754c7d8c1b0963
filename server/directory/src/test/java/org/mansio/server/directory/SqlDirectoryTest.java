package org.mansio.server.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.Plugin;
import org.mansio.spi.directory.Alias;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.directory.LocalRecipients.Answer;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.testkit.DeafPort;

class SqlDirectoryTest {
  private static final MailAddress ALICE = MailAddress.of("alice@example.org");

  @TempDir
  Path data;

  private Directory open(Map<String, String> settings) throws Exception {
    Directory directory = TestDirectories.create(data, settings);
    directory.open();
    return directory;
  }

  private Path file() {
    return data.resolve("directory/directory.db");
  }

  private void sql(String... statements) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      for (String text : statements) {
        statement.execute(text);
      }
    }
  }

  @Test
  void theDatabaseIsReadableByTheServerOnly() throws Exception {
    open(Map.of()).close();
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("directory"))))
        .isEqualTo("rwx------");
  }

  @Test
  void lookupsAreAnsweredFromMemoryAndAnotherNodesChangesCountAfterAWhile() throws Exception {
    try (Directory directory = open(Map.of("cache", "1h", "negativeCache", "1h"));
        Directory impatient = open(Map.of("cache", "10ms", "negativeCache", "10ms"))) {
      directory.users().addDomain("example.org");
      assertThat(directory.recipients().lookup(ALICE)).isEqualTo(new Answer.Unknown());
      assertThat(impatient.recipients().lookup(ALICE)).isEqualTo(new Answer.Unknown());
      sql(
          "INSERT INTO users (domain, local_part, password_hash) VALUES ('example.org', 'alice', '')");
      assertThat(directory.recipients().lookup(ALICE)).isEqualTo(new Answer.Unknown());
      await()
          .untilAsserted(() -> assertThat(impatient.recipients().lookup(ALICE))
              .isEqualTo(new Answer.User(ALICE, Optional.empty())));
    }
  }

  @Test
  void anUnusableHashRejectsInsteadOfFailing() throws Exception {
    try (Directory directory = open(Map.of())) {
      directory.users().addDomain("example.org");
      directory.users().addUser(ALICE, "secret");
      sql("UPDATE users SET password_hash = 'plain'");
      assertThat(directory.users().authenticate("alice", "plain"))
          .isEqualTo(new AuthenticationResult.Rejected());
    }
  }

  @Test
  void aLoginBringsAnOldHashToTheParametersInForce() throws Exception {
    try (Directory directory = open(Map.of())) {
      directory.users().addDomain("example.org");
      directory.users().addUser(ALICE, "secret");
    }
    try (Directory directory = open(Map.of("argon2Iterations", "2"))) {
      assertThat(directory.users().authenticate("alice", "wrong"))
          .isEqualTo(new AuthenticationResult.Rejected());
      assertThat(storedHash()).contains(",t=1,");
      assertThat(directory.users().authenticate("alice", "secret"))
          .isInstanceOf(AuthenticationResult.Authenticated.class);
      assertThat(storedHash()).contains(",t=2,");
      assertThat(directory.users().authenticate("alice", "secret"))
          .isInstanceOf(AuthenticationResult.Authenticated.class);
    }
  }

  private String storedHash() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT password_hash FROM users")) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void aPatternThatRunsAwayIsStoppedAsTemporary() throws Exception {
    try (Directory directory = open(Map.of())) {
      directory.users().addDomain("example.org");
      directory
          .aliases()
          .add(new Alias(Alias.Kind.REGEX, "(?:(?:a|a?)+)+!@example\\.org", "x@example.com"));
      MailAddress hostile = MailAddress.of("a".repeat(60) + "@example.org");
      assertThatThrownBy(() -> directory.recipients().lookup(hostile))
          .isInstanceOfSatisfying(
              DirectoryException.class, e -> assertThat(e.temporary()).isTrue())
          .hasMessageContaining("takes too long");
    }
  }

  @Test
  void theServersPostmasterHasAMailboxAlthoughTheHostNameIsNoLocalDomain() throws Exception {
    try (Directory directory = open(Map.of())) {
      MailAddress postmaster = MailAddress.of("Postmaster@mail.example.org");
      assertThat(directory.recipients().lookup(postmaster))
          .isEqualTo(
              new Answer.User(MailAddress.of("postmaster@mail.example.org"), Optional.empty()));
      assertThat(directory.recipients().lookup(MailAddress.of("other@mail.example.org")))
          .isEqualTo(new Answer.NotLocal());
    }
  }

  @Test
  void subaddressesCanBeSwitchedOff() throws Exception {
    try (Directory directory = open(Map.of("subaddressDelimiter", "none"))) {
      directory.users().addDomain("example.org");
      directory.users().addUser(ALICE, "secret");
      assertThat(directory.recipients().lookup(MailAddress.of("alice+x@example.org")))
          .isEqualTo(new Answer.Unknown());
    }
  }

  @Test
  void manyWritersAtOnceWaitForEachOther() throws Exception {
    try (Directory directory = open(Map.of());
        Directory other = open(Map.of());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      directory.users().addDomain("example.org");
      List<Callable<Void>> writers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        MailAddress user = MailAddress.of("user" + i + "@example.org");
        Directory node = i % 2 == 0 ? directory : other;
        writers.add(() -> {
          node.users().addUser(user, "secret");
          return null;
        });
      }
      for (Future<Void> writer : threads.invokeAll(writers)) {
        writer.get();
      }
      assertThat(directory.users().users(Optional.empty())).hasSize(40);
    }
  }

  @Test
  void whatWasStoredSurvivesAKilledServer() throws Exception {
    Path output = data.resolve("acknowledged");
    Process writer = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            EndlessWriter.class.getName(),
            data.toString())
        .redirectOutput(output.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try {
      await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged(output).size() >= 30);
    } finally {
      writer.destroyForcibly().waitFor();
    }
    List<String> acknowledged = acknowledged(output);
    try (Directory directory = open(Map.of())) {
      assertThat(directory.users().users(Optional.empty()).stream().map(MailAddress::localPart))
          .containsAll(acknowledged);
      directory.users().addUser(MailAddress.of("after@example.org"), "secret");
    }
  }

  /** Whole lines of users; the last line may have been cut off. */
  private static List<String> acknowledged(Path output) throws Exception {
    String printed = Files.readString(output);
    return printed
        .substring(0, printed.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.matches("user[0-9]+"))
        .toList();
  }

  /** Adds users and prints each one that is stored, until it is killed. */
  static final class EndlessWriter {
    private EndlessWriter() {}

    public static void main(String[] arguments) throws Exception {
      try (Directory directory = TestDirectories.create(Path.of(arguments[0]), Map.of())) {
        directory.open();
        directory.users().addDomain("example.org");
        for (int i = 0; i < 100_000; i++) {
          directory.users().addUser(MailAddress.of("user" + i + "@example.org"), "secret");
          System.out.println("user" + i);
        }
      }
    }
  }

  @Test
  void aServerThatIsAwayIsTemporaryAndSaysWhichWithoutSecrets() throws Exception {
    try (DeafPort nobody = new DeafPort()) {
      String place = "127.0.0.1:" + nobody.port() + "/mansio";
      try (Directory directory =
          TestDirectories.create(data, Map.of("url", "postgresql://mansio:geheim@" + place))) {
        assertThatThrownBy(directory::open)
            .isInstanceOfSatisfying(
                DirectoryException.class, e -> assertThat(e.temporary()).isTrue())
            .hasMessageContaining("jdbc:postgresql://" + place)
            .hasMessageNotContaining("geheim");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://u:p%40ss@db.example.org/mail, jdbc:postgresql://db.example.org/mail, u, p@ss",
    "postgres://u@db:5433/mail?sslmode=require, jdbc:postgresql://db:5433/mail?sslmode=require, u,",
    "jdbc:postgresql://db/mail, jdbc:postgresql://db/mail,,"
  })
  void urlsAreReadInBothForms(String text, String jdbc, String user, String password)
      throws Exception {
    assertThat(DatabaseUrl.TYPE.parser().parse(text))
        .isEqualTo(new DatabaseUrl.PostgreSql(
            jdbc, Optional.ofNullable(user), Optional.ofNullable(password)));
  }

  @Test
  void theLoginOfTheSettingsGoesBeforeThatOfTheUrl() throws Exception {
    DatabaseUrl.PostgreSql url = DatabaseUrl.TYPE.parser().parse("postgresql://u:p@db/mail");
    assertThat(DatabaseUrl.of(Optional.of(url), Optional.of("v"), Optional.of("q"), data))
        .isEqualTo(new DatabaseUrl.PostgreSql(
            "jdbc:postgresql://db/mail", Optional.of("v"), Optional.of("q")));
    assertThat(DatabaseUrl.of(Optional.of(url), Optional.empty(), Optional.empty(), data))
        .isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mysql://u:geheim@h/d", "postgresql://u:geheim@h", "postgresql://u:geheim@h h/d"})
  void anotherUrlIsRefusedWithoutRepeatingIt(String url) {
    assertThatThrownBy(() -> TestDirectories.create(data, Map.of("url", url)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageNotContaining("geheim");
  }

  @Test
  void thousandsOfRecipientsAreLookedUpWithoutTheDatabase() throws Exception {
    try (Directory directory = open(Map.of("cache", "1h", "negativeCache", "1h"))) {
      directory.users().addDomain("example.org");
      directory.users().addUser(ALICE, "secret");
      assertThat(directory.recipients().lookup(ALICE)).isInstanceOf(Answer.User.class);
      directory.close();
      // The database is closed: whatever is answered now comes from memory.
      for (int i = 0; i < 1000; i++) {
        assertThat(directory.recipients().lookup(ALICE)).isInstanceOf(Answer.User.class);
      }
      assertThatThrownBy(() -> directory.recipients().lookup(MailAddress.of("bob@example.org")))
          .isInstanceOf(DirectoryException.class);
    }
  }

  @Test
  void thePluginIsFound() {
    assertThat(ServiceLoader.load(Plugin.class))
        .anySatisfy(plugin ->
            assertThat(plugin.directories()).anyMatch(factory -> factory.name().equals("sql")));
  }
}
