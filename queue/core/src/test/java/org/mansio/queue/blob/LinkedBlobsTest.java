package org.mansio.queue.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.mail.Content;

/** Blobs in a directory that other processes use too. */
class LinkedBlobsTest {
  @TempDir
  Path directory;

  private BlobStore blobs;

  @BeforeEach
  void open() throws IOException {
    blobs = server("a");
  }

  private BlobStore server(String name) throws IOException {
    BlobStore store = BlobStore.linked(directory.resolve(name), directory.resolve("bodies"));
    store.open();
    return store;
  }

  private static Content body() {
    return Content.of("body".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void eachRecordHasANameOfItsOwnThatGoesWithIt() throws IOException {
    BlobSlice written = blobs.write(body());
    UUID one = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    BlobSlice first = blobs.own(written, one);
    BlobSlice second = blobs.own(written, other);
    blobs.sync(List.of(first.name(), second.name()));
    blobs.leave(written.name());

    assertThat(blobs.path(written.name())).doesNotExist();
    assertThat(blobs.path(first.name())).hasContent("body");
    // Another server ends the first record.
    server("b").release(first.name(), one);

    assertThat(blobs.path(first.name())).doesNotExist();
    assertThat(blobs.path(second.name())).hasContent("body");
  }

  @Test
  void whatIsStillReadHereOutlivesItsRecord() throws IOException {
    UUID record = UUID.randomUUID();
    UUID delivery = UUID.randomUUID();
    BlobSlice slice = blobs.own(blobs.write(body()), record);
    blobs.hold(slice.name(), record);
    blobs.hold(slice.name(), delivery);

    blobs.release(slice.name(), record);
    assertThat(blobs.path(slice.name())).exists();
    blobs.leave(slice.name(), delivery);
    assertThat(blobs.path(slice.name())).doesNotExist();
  }

  @Test
  void aRecordThatLivesOnKeepsItsBlobWhenItsServerLetsGo() throws IOException {
    UUID record = UUID.randomUUID();
    BlobSlice slice = blobs.own(blobs.write(body()), record);
    blobs.hold(slice.name(), record);

    blobs.leave(slice.name(), record);

    assertThat(blobs.path(slice.name())).exists();
  }

  @Test
  void anOpeningAndASweepLeaveWhatOthersMayReferTo() throws IOException {
    BlobSlice slice = blobs.own(blobs.write(body()), UUID.randomUUID());

    BlobStore other = server("b");
    other.sweep();

    assertThat(other.path(slice.name())).exists();
  }

  @Test
  void whatWasHalfWrittenADayAgoGoes() throws IOException {
    Path folder = blobs.path(UUID.randomUUID().toString()).getParent();
    Path fresh = Files.createFile(folder.resolve("fresh" + BlobFiles.PART));
    Path old = Files.createFile(folder.resolve("old" + BlobFiles.PART));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

    server("b");

    assertThat(fresh).exists();
    assertThat(old).doesNotExist();
  }
}
