package org.mansio.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NamesTest {
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars("./\\%~ :\u0000\nAb9_+=-&,äß日")
        .all()
        .ofMaxLength(40)
        .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text));
  }

  @Property(tries = 500)
  void aSafeNameStaysInItsDirectoryAndCanBeReadBack(@ForAll("texts") String text) {
    String name = SafeName.encode(text);
    assertThat(name).matches("[A-Za-z0-9_+=%-][A-Za-z0-9_+=%.-]*");
    assertThat(SafeName.decode(name)).isEqualTo(text);
  }

  @Property(tries = 500)
  void aFolderThatHasADirectoryIsReadBack(@ForAll("texts") String folder) {
    FolderName.directory(folder).ifPresent(directory -> {
      assertThat(directory).matches("\\.[ -.0-~]+").doesNotContain("..");
      assertThat(FolderName.folder(directory)).contains(folder);
    });
  }

  @Property(tries = 300)
  void anyDirectoryNameIsReadWithoutError(@ForAll("texts") String name) {
    assertThat(FolderName.folder(name)).isNotNull();
    assertThat(MessageName.parse(name).time()).isNotNegative();
  }
}
