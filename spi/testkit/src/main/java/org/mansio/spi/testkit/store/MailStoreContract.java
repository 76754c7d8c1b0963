package org.mansio.spi.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.store.StoreException;

/** What every mail store keeps to. Extend it, and give a store without mailboxes. */
public abstract class MailStoreContract {
  protected static final MailAddress ALICE = MailAddress.of("alice@example.org");
  protected static final MailAddress BOB = MailAddress.of("bob@example.org");
  private static final int LIMIT = 64 << 20;

  @TempDir
  Path files;

  /** A store over the test's data, empty at the first call; another call gives what a new process would see. */
  protected abstract MailStore open() throws Exception;

  protected static Content text(String text) {
    return Content.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The messages of an inbox or folder as texts, oldest first. */
  protected static List<String> texts(MailStore store, MailAddress user, Optional<String> folder)
      throws Exception {
    List<String> texts = new ArrayList<>();
    for (MailStore.StoredMessage message : store.list(user, folder)) {
      texts.add(new String(message.content().bytes(LIMIT), StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static List<String> inbox(MailStore store, MailAddress user) throws Exception {
    return texts(store, user, Optional.empty());
  }

  @Test
  void messagesAreListedInTheOrderOfDelivery() throws Exception {
    MailStore store = open();
    store.deliver(ALICE, Optional.empty(), "1", text("one\r\n"));
    store.deliver(ALICE, Optional.empty(), "2", text("two\r\n"));
    store.deliver(ALICE, Optional.empty(), "3", text("three\r\n"));
    assertThat(inbox(store, ALICE)).containsExactly("one\r\n", "two\r\n", "three\r\n");
    assertThat(store.list(ALICE, Optional.empty()))
        .extracting(MailStore.StoredMessage::key)
        .doesNotHaveDuplicates();
  }

  @Test
  void octetsStayAsTheyAre() throws Exception {
    byte[] octets = new byte[300_000];
    new Random(1).nextBytes(octets);
    Path file = Files.write(files.resolve("message"), octets);
    Content stream = new Content() {
      @Override
      public long size() {
        return octets.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(octets);
      }
    };
    MailStore store = open();
    store.deliver(ALICE, Optional.empty(), "memory", Content.of(octets.clone()));
    store.deliver(ALICE, Optional.empty(), "file", Content.of(file, octets.length));
    store.deliver(ALICE, Optional.empty(), "stream", stream);
    List<MailStore.StoredMessage> stored = store.list(ALICE, Optional.empty());
    assertThat(stored).hasSize(3);
    for (MailStore.StoredMessage message : stored) {
      assertThat(message.content().size()).isEqualTo(octets.length);
      assertThat(message.content().bytes(LIMIT)).isEqualTo(octets);
    }
  }

  @Test
  void theSameDeliveryTwiceIsOneMessage() throws Exception {
    MailStore store = open();
    store.deliver(ALICE, Optional.empty(), "ID-1.a", text("first"));
    store.deliver(ALICE, Optional.empty(), "ID-1.a", text("first, with another trace"));
    assertThat(inbox(store, ALICE)).containsExactly("first");
  }

  @Test
  void theSameDeliveryAfterARestartIsOneMessage() throws Exception {
    MailStore before = open();
    before.deliver(ALICE, Optional.empty(), "1", text("one"));
    before.deliver(ALICE, Optional.empty(), "2", text("two"));
    MailStore after = open();
    after.deliver(ALICE, Optional.empty(), "2", text("two, with another trace"));
    after.deliver(ALICE, Optional.empty(), "3", text("three"));
    after.deliver(ALICE, Optional.empty(), "3", text("three"));
    assertThat(inbox(after, ALICE)).containsExactly("one", "two", "three");
  }

  @Test
  void theSameDeliveryManyTimesAtOnceIsOneMessage() throws Exception {
    MailStore store = open();
    List<Callable<Void>> deliveries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      deliveries.add(() -> {
        store.deliver(ALICE, Optional.empty(), "same", text("same"));
        return null;
      });
    }
    runAll(deliveries);
    assertThat(inbox(store, ALICE)).containsExactly("same");
  }

  @Test
  void oneDeliveryIdServesForEachUser() throws Exception {
    MailStore store = open();
    store.deliver(ALICE, Optional.empty(), "1", text("m"));
    store.deliver(BOB, Optional.empty(), "1", text("m"));
    store.deliver(BOB, Optional.empty(), "2", text("m"));
    assertThat(inbox(store, ALICE)).hasSize(1);
    assertThat(inbox(store, BOB)).hasSize(2);
  }

  @Test
  void manyDeliveriesAtOnceAllArrive() throws Exception {
    MailStore store = open();
    List<Callable<Void>> deliveries = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String id = "d" + i;
      expected.add(id);
      deliveries.add(() -> {
        store.deliver(ALICE, Optional.empty(), id, text(id));
        return null;
      });
    }
    runAll(deliveries);
    assertThat(inbox(store, ALICE)).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static void runAll(List<Callable<Void>> deliveries) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> delivery : threads.invokeAll(deliveries)) {
        delivery.get();
      }
    }
  }

  @Test
  void aUserWithoutMailHasNothing() throws Exception {
    MailStore store = open();
    assertThat(store.list(ALICE, Optional.empty())).isEmpty();
    assertThat(store.list(ALICE, Optional.of("Lists"))).isEmpty();
    assertThat(store.folders(ALICE)).isEmpty();
    assertThat(store.quota(ALICE)).isEqualTo(new MailStore.Quota(0, Optional.empty()));
  }

  @Test
  void aFolderTakesItsMailAndTheInboxThatOfAFolderThatIsNotThere() throws Exception {
    MailStore store = open();
    store.createFolder(ALICE, "Lists");
    store.createFolder(ALICE, "Lists");
    store.deliver(ALICE, Optional.of("Lists"), "1", text("list"));
    store.deliver(ALICE, Optional.of("Nowhere"), "2", text("other"));
    assertThat(texts(store, ALICE, Optional.of("Lists"))).containsExactly("list");
    assertThat(inbox(store, ALICE)).containsExactly("other");
    assertThat(store.folders(ALICE)).containsExactly("Lists");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Lists/java",
        "Größe",
        "日本語",
        "a.b",
        "a & b",
        "100%",
        "~peter/mail/台北",
        "with space",
        "😀"
      })
  void foldersHaveAnyName(String folder) throws Exception {
    open().createFolder(ALICE, folder);
    MailStore store = open();
    store.deliver(ALICE, Optional.of(folder), "1", text("m"));
    assertThat(store.folders(ALICE)).contains(folder);
    assertThat(texts(store, ALICE, Optional.of(folder))).containsExactly("m");
    assertThat(inbox(store, ALICE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../x", "..", "/etc", "a//b", "", "\u0000", "new\nline"})
  void aFolderThatCannotBeMeansTheInbox(String folder) throws Exception {
    MailStore store = open();
    store.deliver(ALICE, Optional.of(folder), "1", text("m"));
    assertThat(inbox(store, ALICE)).containsExactly("m");
  }

  @Test
  void mailboxesOfAnyNameAreKeptApart() throws Exception {
    List<String> locals = List.of(
        "..",
        ".",
        "../alice",
        "a/b",
        "a%2Fb",
        "a\\b",
        "a b",
        "ä",
        "日本",
        "",
        ".hidden",
        "%",
        "*",
        "Alice",
        "alice",
        "~",
        "x".repeat(64));
    MailStore store = open();
    for (String local : locals) {
      store.deliver(new MailAddress(local, "example.org"), Optional.empty(), "1", text(local));
      store.deliver(
          new MailAddress(local, "[192.0.2.1]"), Optional.empty(), "1", text("at " + local));
    }
    for (String local : locals) {
      assertThat(inbox(store, new MailAddress(local, "example.org"))).containsExactly(local);
      assertThat(inbox(store, new MailAddress(local, "[192.0.2.1]")))
          .containsExactly("at " + local);
    }
  }

  @Test
  void quotaIsCountedAndHeld() throws Exception {
    MailStore store = open();
    store.setQuota(ALICE, Optional.of(100L));
    store.createFolder(ALICE, "Lists");
    store.deliver(ALICE, Optional.empty(), "1", text("x".repeat(40)));
    store.deliver(ALICE, Optional.of("Lists"), "2", text("x".repeat(40)));
    assertThat(store.quota(ALICE)).isEqualTo(new MailStore.Quota(80, Optional.of(100L)));
    assertThatThrownBy(() -> store.deliver(ALICE, Optional.empty(), "3", text("x".repeat(21))))
        .isInstanceOfSatisfying(StoreException.class, e -> {
          assertThat(e.status().subject()).isEqualTo(2);
          assertThat(e.status().detail()).isEqualTo(2);
        });
    assertThat(inbox(store, ALICE)).hasSize(1);
    store.deliver(ALICE, Optional.empty(), "4", text("x".repeat(20)));
    assertThat(open().quota(ALICE)).isEqualTo(new MailStore.Quota(100, Optional.of(100L)));
  }

  @Test
  void aRaisedOrRemovedQuotaLetsMailInAgain() throws Exception {
    MailStore store = open();
    store.setQuota(ALICE, Optional.of(10L));
    store.deliver(ALICE, Optional.empty(), "1", text("x".repeat(10)));
    assertThatThrownBy(() -> store.deliver(ALICE, Optional.empty(), "2", text("x")))
        .isInstanceOf(StoreException.class);
    store.setQuota(ALICE, Optional.of(20L));
    store.deliver(ALICE, Optional.empty(), "2", text("x"));
    store.setQuota(ALICE, Optional.empty());
    store.deliver(ALICE, Optional.empty(), "3", text("x".repeat(100)));
    assertThat(store.quota(ALICE)).isEqualTo(new MailStore.Quota(111, Optional.empty()));
  }

  @Test
  void contentThatFailsLeavesNothingAndMayBeDeliveredLater() throws Exception {
    MailStore store = open();
    Content failing = new Content() {
      @Override
      public long size() {
        return 200_000;
      }

      @Override
      public InputStream open() {
        return new FailingStream(100_000, "read error");
      }
    };
    assertThatThrownBy(() -> store.deliver(ALICE, Optional.empty(), "1", failing))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.status().statusClass()).isEqualTo(4));
    assertThat(inbox(store, ALICE)).isEmpty();
    store.deliver(ALICE, Optional.empty(), "1", text("whole"));
    assertThat(inbox(store, ALICE)).containsExactly("whole");
  }

  /** Zeros, then an error. */
  protected static final class FailingStream extends InputStream {
    private final String message;
    private int left;

    public FailingStream(int octets, String message) {
      this.left = octets;
      this.message = message;
    }

    @Override
    public int read() throws IOException {
      if (left-- <= 0) {
        throw new IOException(message);
      }
      return 0;
    }
  }
}
