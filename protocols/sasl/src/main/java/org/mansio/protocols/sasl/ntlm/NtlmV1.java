package org.mansio.protocols.sasl.ntlm;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.mansio.protocols.sasl.Digests;

/** The computations of NTLMv1 (MS-NLMP §3.3.1): three DES keys out of the password's MD4. */
final class NtlmV1 {
  private static final String DES = "DES";
  private static final int KEYS = 3;
  private static final int KEY_OCTETS = 7;
  private static final int BLOCK_OCTETS = 8;

  private NtlmV1() {}

  static boolean matches(AuthenticateMessage message, String password, byte[] challenge) {
    boolean extended = (message.flags() & NtlmFlags.EXTENDED_SESSION_SECURITY) != 0;
    byte[] answered = extended ? mixed(challenge, message.lanManager()) : challenge;
    return MessageDigest.isEqual(response(password, answered), message.response());
  }

  /** With extended session security the client's challenge, in place of its older response, counts too. */
  static byte[] mixed(byte[] challenge, byte[] lanManager) {
    byte[] own = Arrays.copyOf(lanManager, BLOCK_OCTETS);
    return Arrays.copyOf(Digests.digest("MD5", challenge, own), BLOCK_OCTETS);
  }

  /** NtChallengeResponse. */
  static byte[] response(String password, byte[] challenge) {
    byte[] keys = Arrays.copyOf(NtlmV2.md4(ChallengeMessage.unicode(password)), KEYS * KEY_OCTETS);
    byte[] response = new byte[KEYS * BLOCK_OCTETS];
    for (int i = 0; i < KEYS; i++) {
      byte[] key = Arrays.copyOfRange(keys, i * KEY_OCTETS, (i + 1) * KEY_OCTETS);
      System.arraycopy(encrypt(key, challenge), 0, response, i * BLOCK_OCTETS, BLOCK_OCTETS);
    }
    return response;
  }

  private static byte[] encrypt(byte[] key, byte[] challenge) {
    try {
      Cipher cipher = Cipher.getInstance("DES/ECB/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(spread(key), DES));
      return cipher.doFinal(challenge);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks DES", e);
    }
  }

  /** 56 bits in 8 octets, each with room for a parity bit, which nobody looks at. */
  private static byte[] spread(byte[] key) {
    byte[] spread = new byte[BLOCK_OCTETS];
    int bits = 0;
    int held = 0;
    int at = 0;
    for (byte octet : key) {
      bits = bits << Byte.SIZE | octet & 0xff;
      held += Byte.SIZE;
      while (held >= KEY_OCTETS) {
        held -= KEY_OCTETS;
        spread[at++] = (byte) (bits >> held << 1);
      }
    }
    return spread;
  }
}
