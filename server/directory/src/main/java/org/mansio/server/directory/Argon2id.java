package org.mansio.server.directory;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * Argon2id (RFC 9106) with the PHC string format, {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. A hash takes its memory
 * from the heap while it is computed; who calls bounds how many are. Thread-safe.
 *
 * @param memory in KiB
 * @param iterations passes over the memory
 * @param parallelism lanes; computed one after the other
 */
record Argon2id(int memory, int iterations, int parallelism) {
  private static final int MAX_MEMORY = 1 << 20;
  private static final int MAX_ITERATIONS = 1000;
  private static final int MAX_PARALLELISM = 64;
  private static final int OCTETS_PER_KIB = 1024;
  // RFC 9106 §3.1: 8 KiB for each lane at least.
  private static final int MIN_MEMORY_PER_LANE = 8;
  private static final int SALT_OCTETS = 16;
  private static final int HASH_OCTETS = 32;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern PHC = Pattern.compile(
      "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,4}),p=([0-9]{1,3})\\$([A-Za-z0-9+/]{11,128})\\$([A-Za-z0-9+/]{16,128})");

  /**
   * Checked parameters.
   *
   * @param memory in octets
   */
  static Argon2id of(long memory, int iterations, int parallelism) throws InvalidSettingException {
    long kib = memory / OCTETS_PER_KIB;
    if (kib < (long) MIN_MEMORY_PER_LANE * parallelism || kib > MAX_MEMORY) {
      throw new InvalidSettingException("argon2Memory must be between 8K for each lane and 1G");
    }
    return new Argon2id((int) kib, iterations, parallelism);
  }

  /** A hash with a fresh salt. */
  String hash(PreparedPassword password) {
    byte[] salt = new byte[SALT_OCTETS];
    RANDOM.nextBytes(salt);
    byte[] hash = compute(password, salt, HASH_OCTETS);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return String.format(
        Locale.ROOT,
        "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s",
        memory,
        iterations,
        parallelism,
        base64.encodeToString(salt),
        base64.encodeToString(hash));
  }

  /**
   * Whether the password is that of the hash, compared in constant time.
   *
   * @throws IllegalArgumentException when the text isn't such a hash, or asks for more than this server would ever do
   */
  static boolean matches(String phc, PreparedPassword password) {
    Matcher form = form(phc);
    byte[] salt = Base64.getDecoder().decode(form.group(4));
    byte[] expected = Base64.getDecoder().decode(form.group(5));
    return MessageDigest.isEqual(
        expected, parameters(form).compute(password, salt, expected.length));
  }

  /** Whether a hash was made with these parameters. */
  boolean made(String phc) {
    return parameters(form(phc)).equals(this);
  }

  private static Matcher form(String phc) {
    Matcher form = PHC.matcher(phc);
    if (!form.matches()) {
      throw new IllegalArgumentException("not an Argon2id hash of version 19");
    }
    return form;
  }

  private static Argon2id parameters(Matcher form) {
    int memory = Integer.parseInt(form.group(1));
    int iterations = Integer.parseInt(form.group(2));
    int parallelism = Integer.parseInt(form.group(3));
    if (iterations < 1
        || iterations > MAX_ITERATIONS
        || parallelism < 1
        || parallelism > MAX_PARALLELISM
        || memory < MIN_MEMORY_PER_LANE * parallelism
        || memory > MAX_MEMORY) {
      throw new IllegalArgumentException("Argon2id hash with parameters out of bounds");
    }
    return new Argon2id(memory, iterations, parallelism);
  }

  private byte[] compute(PreparedPassword password, byte[] salt, int length) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
        .withMemoryAsKB(memory)
        .withIterations(iterations)
        .withParallelism(parallelism)
        .withSalt(salt)
        .build());
    byte[] hash = new byte[length];
    byte[] octets = password.octets();
    generator.generateBytes(octets, hash);
    Arrays.fill(octets, (byte) 0);
    return hash;
  }
}
