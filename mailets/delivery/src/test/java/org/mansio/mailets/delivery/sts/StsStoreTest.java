package org.mansio.mailets.delivery.sts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StsStoreTest {
  private static final String DOMAIN = "example.org";

  @TempDir
  Path folder;

  @Test
  void aSmallPolicyIsRemembered() throws Exception {
    StsStore store = new StsStore(folder);
    store.keep(DOMAIN, kept(1));

    Files.delete(folder.resolve(DOMAIN));

    assertThat(store.find(DOMAIN)).contains(kept(1));
  }

  @Test
  void aLargePolicyTakesNoMemoryAndIsFoundOnTheDisk() throws Exception {
    StsStore store = new StsStore(folder);
    store.keep(DOMAIN, kept(1));
    store.keep(DOMAIN, kept(90));

    assertThat(store.find(DOMAIN)).contains(kept(90));
    Files.delete(folder.resolve(DOMAIN));
    assertThat(store.find(DOMAIN)).isEmpty();
  }

  private static StsStore.Kept kept(int hosts) throws StsException {
    String mx = IntStream.range(0, hosts)
        .mapToObj(i -> "mx: " + "h".repeat(50) + i + ".example.org\n")
        .collect(Collectors.joining());
    return new StsStore.Kept(
        StsPolicy.parse("version: STSv1\nmode: enforce\nmax_age: 86400\n" + mx),
        "1",
        Instant.ofEpochSecond(1_800_000_000));
  }
}
