package org.mansio.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.Environment;
import org.mansio.spi.Plugin;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.store.StoreException;
import org.mansio.spi.testkit.store.MailStoreContract;

class MaildirStoreTest extends MailStoreContract {
  @TempDir
  Path data;

  private Path maildir;

  @BeforeEach
  void place() {
    maildir = data.resolve("mail/example.org/alice/Maildir");
  }

  @Override
  protected MailStore open() throws Exception {
    return open(Map.of());
  }

  private MailStore open(Map<String, String> settings) throws Exception {
    MaildirStoreFactory factory = new MaildirStoreFactory();
    Environment environment = new Environment(
        "mail.example.org", MailAddress.of("postmaster@example.org"), data.resolve("conf"), data);
    return factory.create(
        Settings.ofTexts(factory.settings(), new HashMap<>(settings)), environment);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void deliver(MailStore store, String id, int octets) throws StoreException {
    store.deliver(ALICE, Optional.empty(), id, text("x".repeat(octets)));
  }

  @Test
  void aMessageLiesInNewUnderAMaildirNameWithItsSize() throws Exception {
    deliver(open(), "ID-1", 5);
    assertThat(names(maildir.resolve("new")))
        .singleElement()
        .asString()
        .matches("[0-9]{10}\\.M[0-9]{6}_ID-1_\\.mail\\.example\\.org,S=5");
    assertThat(names(maildir.resolve("tmp"))).isEmpty();
    assertThat(names(maildir)).containsExactly("cur", "new", "tmp");
  }

  @Test
  void onlyTheServerMayReadMail() throws Exception {
    deliver(open(), "1", 5);
    Path message = maildir.resolve("new").resolve(names(maildir.resolve("new")).getFirst());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(message)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(maildir)))
        .isEqualTo("rwx------");
  }

  @Test
  void aMessageThatItsReaderMovedToCurIsNotDeliveredAgain() throws Exception {
    deliver(open(), "1", 5);
    String name = names(maildir.resolve("new")).getFirst();
    Files.move(
        maildir.resolve("new").resolve(name), maildir.resolve("cur").resolve(name + ":2,RS"));
    MailStore store = open();
    deliver(store, "1", 5);
    assertThat(store.list(ALICE, Optional.empty()))
        .singleElement()
        .satisfies(message -> assertThat(message.key()).isEqualTo(name));
  }

  @Test
  void aMessageThatItsReaderRemovedMayBeDeliveredAgain() throws Exception {
    MailStore store = open();
    deliver(store, "1", 5);
    Files.delete(maildir.resolve("new").resolve(names(maildir.resolve("new")).getFirst()));
    deliver(store, "1", 5);
    assertThat(store.list(ALICE, Optional.empty())).hasSize(1);
  }

  @Test
  void aDeadDeliveryInTmpIsRemovedAfterADayAndAHalf() throws Exception {
    deliver(open(), "1", 5);
    Path old = Files.createFile(maildir.resolve("tmp/old"));
    Files.setLastModifiedTime(
        old, FileTime.from(Instant.now().minus(Maildir.TMP_AGE).minusSeconds(60)));
    Files.createFile(maildir.resolve("tmp/young"));
    deliver(open(), "2", 5);
    assertThat(names(maildir.resolve("tmp"))).containsExactly("young");
  }

  @Test
  void aHalfMadeMailboxIsCompleted() throws Exception {
    Files.createDirectories(maildir.resolve("new"));
    MailStore store = open();
    deliver(store, "1", 5);
    assertThat(store.list(ALICE, Optional.empty())).hasSize(1);
  }

  @Test
  void foldersAreMaildirPlusPlusInModifiedUtf7() throws Exception {
    MailStore store = open();
    store.createFolder(ALICE, "Entwürfe/a&b");
    Path folder = maildir.resolve(".Entw&APw-rfe.a&-b");
    assertThat(folder.resolve("maildirfolder")).exists();
    assertThat(names(folder)).contains("cur", "new", "tmp");
  }

  @Test
  void aFullDiskIsTemporaryAndLeavesNothing() throws Exception {
    MailStore store = open();
    Content tooMuch = new Content() {
      @Override
      public long size() {
        return 200_000;
      }

      @Override
      public InputStream open() {
        return new FailingStream(100_000, "No space left on device");
      }
    };
    assertThatThrownBy(() -> store.deliver(ALICE, Optional.empty(), "1", tooMuch))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.status()).isEqualTo(new EnhancedStatus(4, 3, 1)));
    assertThat(names(maildir.resolve("tmp"))).isEmpty();
    assertThat(names(maildir.resolve("new"))).isEmpty();
  }

  @Test
  void contentOfAnotherSizeThanItSaidIsNotStored() throws Exception {
    Path file = Files.writeString(data.resolve("short"), "short");
    MailStore store = open();
    assertThatThrownBy(() -> store.deliver(ALICE, Optional.empty(), "1", Content.of(file, 100)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("5 octets instead of 100");
    assertThat(names(maildir.resolve("tmp"))).isEmpty();
  }

  @Test
  void aFullMailboxIsTemporaryOrPermanentAsConfigured() throws Exception {
    for (String setting : List.of("temporary", "permanent")) {
      MailStore store = open(Map.of("quota", "100", "quotaExceeded", setting));
      MailAddress user = MailAddress.of(setting + "@example.org");
      store.deliver(user, Optional.empty(), "1", text("x".repeat(90)));
      int expected = setting.equals("temporary") ? 4 : 5;
      assertThatThrownBy(() -> store.deliver(user, Optional.empty(), "2", text("x".repeat(90))))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.status()).isEqualTo(new EnhancedStatus(expected, 2, 2)));
    }
  }

  @Test
  void aMessageLargerThanTheWholeQuotaIsRefusedForGood() throws Exception {
    MailStore store = open(Map.of("quota", "100"));
    assertThatThrownBy(() -> deliver(store, "1", 101))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.status()).isEqualTo(new EnhancedStatus(5, 2, 3)));
  }

  @Test
  void theUsersOwnQuotaGoesBeforeTheConfiguredOne() throws Exception {
    MailStore store = open(Map.of("quota", "100"));
    assertThat(store.quota(ALICE).limit()).contains(100L);
    store.setQuota(ALICE, Optional.of(1000L));
    assertThat(store.quota(ALICE).limit()).contains(1000L);
    deliver(store, "1", 500);
    store.setQuota(ALICE, Optional.empty());
    assertThat(open(Map.of("quota", "100")).quota(ALICE))
        .isEqualTo(new MailStore.Quota(500, Optional.empty()));
  }

  @Test
  void maildirsizeHasTheLimitAndALineForEachMessage() throws Exception {
    MailStore store = open(Map.of("quota", "1000"));
    deliver(store, "1", 40);
    deliver(store, "2", 50);
    List<String> lines = Files.readAllLines(maildir.resolve("maildirsize"));
    assertThat(lines.getFirst()).isEqualTo("1000S");
    assertThat(lines.stream()
            .skip(1)
            .mapToLong(line -> Long.parseLong(line.strip().split(" +")[0]))
            .sum())
        .isEqualTo(90);
  }

  @Test
  void maildirsizeIsCountedAnewWhenMissingLongOrWrong() throws Exception {
    MailStore store = open(Map.of("quota", "100000"));
    deliver(store, "1", 40);
    Path file = maildir.resolve("maildirsize");
    Files.delete(file);
    assertThat(store.quota(ALICE).used()).isEqualTo(40);
    Files.writeString(file, "100000S\nnonsense\n");
    assertThat(store.quota(ALICE).used()).isEqualTo(40);
    Files.writeString(
        file, "100000S\n" + "           1            1\n".repeat(MaildirSize.MAX_FILE / 26 + 1));
    assertThat(store.quota(ALICE).used()).isEqualTo(40);
    assertThat(Files.size(file)).isLessThan(100);
  }

  @Test
  void roomThatAReaderMadeIsSeenBeforeMailIsRefused() throws Exception {
    MailStore store = open(Map.of("quota", "100"));
    deliver(store, "1", 60);
    deliver(store, "2", 40);
    String first = names(maildir.resolve("new")).getFirst();
    Files.delete(maildir.resolve("new").resolve(first));
    deliver(store, "3", 60);
    assertThat(store.list(ALICE, Optional.empty())).hasSize(2);
  }

  @Test
  void trashDoesNotCount() throws Exception {
    MailStore store = open();
    store.createFolder(ALICE, "Trash");
    store.deliver(ALICE, Optional.of("Trash"), "1", text("x".repeat(10)));
    deliver(store, "2", 20);
    deliver(store, "3", 40);
    String name = names(maildir.resolve("new")).getFirst();
    Files.move(
        maildir.resolve("new").resolve(name), maildir.resolve("cur").resolve(name + ":2,ST"));
    assertThat(store.quota(ALICE).used()).isEqualTo(40);
  }

  @Test
  void filesOfOtherProgramsAreListedAndCounted() throws Exception {
    MailStore store = open();
    deliver(store, "1", 5);
    Files.writeString(maildir.resolve("cur/1000000000.P1Q2.elsewhere:2,S"), "older\r\n");
    assertThat(texts(store, ALICE, Optional.empty())).containsExactly("older\r\n", "xxxxx");
    assertThat(store.quota(ALICE).used()).isEqualTo(12);
  }

  @Test
  void thousandsOfDeliveriesAreStillRecognisedAfterARestart() throws Exception {
    MailStore store = open();
    for (int i = 0; i < 300; i++) {
      deliver(store, "id-" + i, 1);
    }
    MailStore after = open();
    for (int i = 0; i < 300; i++) {
      deliver(after, "id-" + i, 1);
    }
    assertThat(names(maildir.resolve("new"))).hasSize(300);
  }

  @Test
  void thePluginIsFound() {
    assertThat(ServiceLoader.load(Plugin.class))
        .anySatisfy(plugin ->
            assertThat(plugin.stores()).anyMatch(factory -> factory.name().equals("maildir")));
  }
}
