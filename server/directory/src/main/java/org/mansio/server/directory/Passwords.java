package org.mansio.server.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mansio.spi.directory.DirectoryException;

/**
 * Hashes and checks passwords, a few at a time: a flood of logins waits instead of taking all memory. A password that was
 * right is remembered for minutes as an HMAC of hash and password under a key that lives only in this process, since
 * programs log in anew for each mail. A new hash, made by whatever node, is another HMAC. Thread-safe.
 */
final class Passwords {
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);
  private static final int MAX_REMEMBERED = 10_000;
  private static final String MAC = "HmacSHA256";
  private static final int KEY_OCTETS = 32;

  private final Argon2id argon2;
  private final Semaphore places;
  private final SecretKeySpec key;
  private final Cache<String, Boolean> right;
  private final String nobody;

  /**
   * Hashing with these parameters.
   *
   * @param atOnce how many at the same time
   * @param remembered how long a right password isn't hashed again; zero: not at all
   */
  Passwords(Argon2id argon2, int atOnce, Duration remembered) {
    this.argon2 = argon2;
    this.places = new Semaphore(atOnce, true);
    this.right = Caffeine.newBuilder()
        .maximumSize(MAX_REMEMBERED)
        .expireAfterWrite(remembered)
        .build();
    byte[] random = new byte[KEY_OCTETS];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, MAC);
    // Not the hash of any password: what matters is that checking against it costs the same.
    String zeros = Base64.getEncoder().withoutPadding().encodeToString(new byte[KEY_OCTETS]);
    this.nobody = "$argon2id$v=19$m=" + argon2.memory() + ",t=" + argon2.iterations() + ",p="
        + argon2.parallelism() + "$" + zeros + "$" + zeros;
  }

  /** A hash to store. @throws DirectoryException when too many are being computed for too long */
  String hash(PreparedPassword password) {
    return inTurn(() -> argon2.hash(password));
  }

  /**
   * Whether the password is right; without a stored hash it takes as long and isn't.
   *
   * @throws IllegalArgumentException when the stored text isn't a hash
   */
  boolean check(Optional<String> stored, PreparedPassword password) {
    if (stored.isEmpty()) {
      inTurn(() -> Argon2id.matches(nobody, password));
      return false;
    }
    String mark = mark(stored.get(), password);
    if (right.getIfPresent(mark) != null) {
      return true;
    }
    boolean matches = inTurn(() -> Argon2id.matches(stored.get(), password));
    if (matches) {
      right.put(mark, true);
    }
    return matches;
  }

  /** Whether a hash was made with other parameters than those in force. */
  boolean isOutdated(String stored) {
    return !argon2.made(stored);
  }

  private <T> T inTurn(Supplier<T> work) {
    try {
      if (!places.tryAcquire(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw DirectoryException.unavailable(
            "too many logins at once", new IllegalStateException("no place to hash"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DirectoryException.unavailable("interrupted while waiting to hash a password", e);
    }
    try {
      return work.get();
    } finally {
      places.release();
    }
  }

  private String mark(String stored, PreparedPassword password) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      mac.update(stored.getBytes(StandardCharsets.US_ASCII));
      mac.update((byte) 0);
      return Base64.getEncoder().encodeToString(mac.doFinal(password.octets()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + MAC, e);
    }
  }
}
