package org.mansio.protocols.sasl.ntlm;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.mansio.protocols.sasl.Digests;

/**
 * The response of NTLMv1 (MS-NLMP §3.3.1): the challenge under three DES keys out of the password's MD4. Of the LM response
 * beside it nothing is believed; it doesn't tell upper from lower case and falls in seconds.
 */
final class NtlmV1 {
  static final int RESPONSE_OCTETS = 24;
  private static final int CHALLENGE_OCTETS = 8;
  private static final String DES = "DES";
  private static final int DES_PARTS = 3;
  private static final int DES_KEY_BITS = 56;

  private NtlmV1() {}

  /** What the client had to answer, by what it agreed to. */
  static byte[] response(String password, byte[] challenge, AuthenticateMessage message) {
    boolean extended = (message.flags() & NtlmFlags.EXTENDED_SESSION_SECURITY) != 0
        && message.lmResponse().length >= CHALLENGE_OCTETS;
    byte[] asked = extended
        ? Arrays.copyOf(
            Digests.digest(
                "MD5", challenge, Arrays.copyOf(message.lmResponse(), CHALLENGE_OCTETS)),
            CHALLENGE_OCTETS)
        : challenge;
    return encrypt(NtlmV2.passwordKey(password), asked);
  }

  /** DESL (MS-NLMP §6): under the key's 16 octets, filled up with zeros to three times seven. */
  private static byte[] encrypt(byte[] key, byte[] block) {
    byte[] keys = Arrays.copyOf(key, DES_PARTS * DES_KEY_BITS / Byte.SIZE);
    byte[] result = new byte[RESPONSE_OCTETS];
    try {
      Cipher cipher = Cipher.getInstance("DES/ECB/NoPadding");
      for (int part = 0; part < DES_PARTS; part++) {
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(spread(keys, part), DES));
        cipher.doFinal(block, 0, CHALLENGE_OCTETS, result, part * CHALLENGE_OCTETS);
      }
      return result;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks DES", e);
    }
  }

  /** Seven octets as DES wants them: seven bits in each of eight, the lowest for a parity that nobody checks. */
  private static byte[] spread(byte[] keys, int part) {
    long bits = 0;
    for (int i = 0; i < DES_KEY_BITS / Byte.SIZE; i++) {
      bits = bits << Byte.SIZE | Byte.toUnsignedLong(keys[part * DES_KEY_BITS / Byte.SIZE + i]);
    }
    byte[] key = new byte[Long.BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (bits >>> (DES_KEY_BITS - 7 * (i + 1)) << 1);
    }
    return key;
  }
}
