package org.mansio.queue.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Content;

class BlobStoreTest {
  @TempDir
  Path directory;

  private BlobStore blobs;
  private ContentKeeper keeper;

  @BeforeEach
  void open() throws IOException {
    blobs = BlobStore.counted(directory);
    blobs.open();
    keeper = new ContentKeeper(blobs, 100, true);
  }

  private static Content text(String text) {
    return Content.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String read(Content content) throws IOException {
    try (var in = content.open()) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void aBlobGoesWithItsLastHolder() throws IOException {
    BlobSlice slice = blobs.write(text("body"));
    UUID one = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    blobs.hold(slice.name(), one);
    blobs.hold(slice.name(), one);
    blobs.hold(slice.name(), other);

    blobs.release(slice.name(), one);
    assertThat(blobs.path(slice.name())).exists();
    blobs.release(slice.name(), other);
    assertThat(blobs.path(slice.name())).doesNotExist();
  }

  @Test
  void aSweepDeletesWhatNobodyHasHeldSinceTheOpening() throws IOException {
    BlobSlice kept = blobs.write(text("kept"));
    BlobSlice orphan = blobs.write(text("orphan"));
    Files.createFile(blobs.newIncoming());

    BlobStore again = BlobStore.counted(directory);
    again.open();
    again.hold(kept.name(), UUID.randomUUID());
    BlobSlice fresh = again.write(text("fresh, not yet held"));
    again.sweep();

    assertThat(again.path(kept.name())).exists();
    assertThat(again.path(fresh.name())).exists();
    assertThat(again.path(orphan.name())).doesNotExist();
    assertThat(directory.resolve("incoming")).isEmptyDirectory();
  }

  @Test
  void smallBodiesOfEntriesShareABlob() throws IOException {
    Content one = text("one");
    Content two = text("two");

    Map<Content, QueuedContent> kept = keeper.forEntries(List.of(one, two, one));

    assertThat(kept.get(one).tail().orElseThrow().name())
        .isEqualTo(kept.get(two).tail().orElseThrow().name());
    assertThat(read(kept.get(one))).isEqualTo("one");
    assertThat(read(kept.get(two))).isEqualTo("two");
    assertThat(kept.get(one).file()).isEmpty();
  }

  @Test
  void smallContentLiesInTheSpoolRecordAndLargeContentInABlob() throws IOException {
    QueuedContent small = keeper.forSpool(text("x".repeat(100)));
    QueuedContent large = keeper.forSpool(text("x".repeat(101)));

    assertThat(small.tail()).isEmpty();
    assertThat(large.head()).isEmpty();
    assertThat(large.file()).isPresent();
    assertThat(read(large)).isEqualTo("x".repeat(101));
  }

  @Test
  void aNewHeadLeavesTheBodyWhereItIs() throws IOException {
    QueuedContent large = keeper.forSpool(text("Old: 1\r\n\r\n" + "x".repeat(200)));
    Content edited = Content.prepend("New: 2\r\n".getBytes(StandardCharsets.US_ASCII), large, 8);

    QueuedContent kept = keeper.forSpool(
        Content.prepend("More: 3\r\n".getBytes(StandardCharsets.US_ASCII), edited, 0));

    assertThat(kept.tail().orElseThrow().name())
        .isEqualTo(large.tail().orElseThrow().name());
    assertThat(read(kept)).isEqualTo("More: 3\r\nNew: 2\r\n\r\n" + "x".repeat(200));
    assertThat(kept.size()).isEqualTo(read(kept).length());
    assertThat(keeper.forEntries(List.of(kept)).get(kept)).isSameAs(kept);
  }

  @Test
  void arrivingContentSpillsIntoAFileThatBecomesTheBlob() throws IOException {
    ArrivingContent writer =
        new ArrivingContent(blobs, 10, new ArrivingMemory(1 << 20), failure -> {});
    writer.write("12345678".getBytes(StandardCharsets.US_ASCII), 0, 8);
    writer.write("12345678".getBytes(StandardCharsets.US_ASCII), 0, 8);
    Content content = writer.finish();
    assertThat(content.file()).isPresent();

    QueuedContent kept = keeper.forSpool(content);
    blobs.hold(kept.tail().orElseThrow().name(), UUID.randomUUID());
    writer.close();

    assertThat(keeper.forSpool(content).tail()).isEqualTo(kept.tail());
    assertThat(read(kept)).isEqualTo("1234567812345678");
    assertThat(read(content)).isEqualTo("1234567812345678");
  }

  @Test
  void aBlobThatIsTooShortIsAnError() throws IOException {
    BlobSlice slice = blobs.write(text("short"));
    QueuedContent content =
        new QueuedContent(new byte[0], Optional.of(new BlobSlice(slice.name(), 0, 10)), blobs);

    assertThatThrownBy(() -> read(content))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too short");
  }

  @Test
  void aSweepThatIsPutOffTakesPlaceWhenWhatItWaitedForIsGivenUp() throws Exception {
    BlobStore before = BlobStore.counted(directory);
    before.open();
    String held = before.write(Content.of(new byte[10])).name();
    String orphan = before.write(Content.of(new byte[10])).name();
    BlobStore store = BlobStore.counted(directory);
    store.open();
    store.hold(held, UUID.randomUUID());

    store.postponeSweep();
    store.sweep();
    assertThat(store.path(orphan)).exists();
    store.resumeSweep();

    assertThat(store.path(orphan)).doesNotExist();
    assertThat(store.path(held)).exists();
  }

  @Test
  void givingUpWhatIsDamagedBeforeAllIsReadDeletesNothing() throws Exception {
    BlobStore before = BlobStore.counted(directory);
    before.open();
    String orphan = before.write(Content.of(new byte[10])).name();
    BlobStore store = BlobStore.counted(directory);
    store.open();
    store.postponeSweep();

    store.resumeSweep();

    assertThat(store.path(orphan)).exists();
    store.sweep();
    assertThat(store.path(orphan)).doesNotExist();
  }
}
