package org.mansio.server.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.mail.MailAddress;

class SecretKeyFileTest {
  private static final MailAddress ALICE = MailAddress.of("alice@example.org");
  private static final MailAddress BOB = MailAddress.of("bob@example.org");
  private static final PreparedPassword PASSWORD = PreparedPassword.of("Sesam").orElseThrow();

  @TempDir
  Path data;

  private SecretKeyFile keys() {
    return new SecretKeyFile(data.resolve("directory/secrets.key"));
  }

  @Test
  void anotherProcessWithTheKeyFileReadsWhatWasEncrypted() throws Exception {
    String text = keys().encrypt(ALICE, PASSWORD);
    assertThat(keys().decrypt(ALICE, text)).isEqualTo("Sesam");
    assertThat(text).isNotEqualTo(keys().encrypt(ALICE, PASSWORD)).doesNotContain("Sesam");
  }

  @Test
  void theKeyFileIsForTheServerAlone() throws Exception {
    keys().encrypt(ALICE, PASSWORD);
    Path file = data.resolve("directory/secrets.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.list(file.getParent())).containsExactly(file);
  }

  @Test
  void whatWasEncryptedForOneUserIsNotAnothers() {
    String text = keys().encrypt(ALICE, PASSWORD);
    assertThatThrownBy(() -> keys().decrypt(BOB, text))
        .isInstanceOf(GeneralSecurityException.class);
    for (String damaged : new String[] {"", "A", "!", text.substring(4), text + "AAAA"}) {
      assertThatThrownBy(() -> keys().decrypt(ALICE, damaged))
          .isInstanceOf(GeneralSecurityException.class);
    }
  }

  @Test
  void aLostKeyIsNotReplacedToDecrypt() throws Exception {
    String text = keys().encrypt(ALICE, PASSWORD);
    Files.delete(data.resolve("directory/secrets.key"));
    assertThatThrownBy(() -> keys().decrypt(ALICE, text)).isInstanceOf(NoSuchFileException.class);
    assertThat(data.resolve("directory/secrets.key")).doesNotExist();
  }

  @Test
  void theSettingDecidesWhoseSecretIsKept() throws Exception {
    try (Directory directory = TestDirectories.create(data, Map.of("legacySecrets", "always"))) {
      directory.open();
      directory.users().addDomain("example.org");
      directory.users().addUser(ALICE, "Sesam");
      assertThat(directory.users().sharedSecret("alice")).isPresent();
    }
    try (Directory directory = TestDirectories.create(data, Map.of("legacySecrets", "never"))) {
      directory.open();
      assertThat(directory.users().sharedSecret("alice")).isEmpty();
      assertThatThrownBy(() -> directory.users().setPasswordAndSharedSecret(ALICE, "Sesam"))
          .isInstanceOf(DirectoryException.class);
    }
  }

  @Test
  void withoutItsKeyASecretCountsAsNone() throws Exception {
    try (Directory directory = TestDirectories.create(data, Map.of())) {
      directory.open();
      directory.users().addDomain("example.org");
      directory.users().addUser(ALICE, "Sesam");
      directory.users().setPasswordAndSharedSecret(ALICE, "Sesam");
    }
    Files.delete(data.resolve("directory/secrets.key"));
    try (Directory directory = TestDirectories.create(data, Map.of())) {
      directory.open();
      assertThat(directory.users().sharedSecret("alice")).isEmpty();
    }
  }
}
