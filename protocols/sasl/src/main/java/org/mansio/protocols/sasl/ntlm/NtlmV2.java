package org.mansio.protocols.sasl.ntlm;

import java.security.GeneralSecurityException;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.MD4Digest;
import org.mansio.protocols.sasl.Digests;

/** The computations of NTLMv2 (MS-NLMP §3.3.2, §3.4). */
final class NtlmV2 {
  private static final String MAC = "HmacMD5";
  private static final String RC4 = "ARCFOUR";
  static final int KEY_OCTETS = 16;

  private NtlmV2() {}

  /** NTOWFv2: the user's key. */
  static byte[] key(String user, String domain, String password) {
    return Digests.hmac(
        MAC,
        md4(ChallengeMessage.unicode(password)),
        ChallengeMessage.unicode(user.toUpperCase(Locale.ROOT) + domain));
  }

  /** NTProofStr. */
  static byte[] proof(byte[] key, byte[] challenge, byte[] blob) {
    return Digests.hmac(MAC, key, challenge, blob);
  }

  /** SessionBaseKey. */
  static byte[] sessionBaseKey(byte[] key, byte[] proof) {
    return Digests.hmac(MAC, key, proof);
  }

  /** ExportedSessionKey, which the client encrypted under the base key when keys are exchanged. */
  static byte[] decrypt(byte[] baseKey, byte[] encrypted) {
    try {
      Cipher cipher = Cipher.getInstance(RC4);
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(baseKey, RC4));
      return cipher.doFinal(encrypted);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks RC4", e);
    }
  }

  /** The integrity code over the three messages. */
  static byte[] integrityCode(
      byte[] sessionKey, byte[] negotiate, byte[] challenge, byte[] authenticate) {
    return Digests.hmac(MAC, sessionKey, negotiate, challenge, authenticate);
  }

  /** Of the password in UTF-16: what NTLM of any version starts from. */
  static byte[] md4(byte[] data) {
    MD4Digest digest = new MD4Digest();
    digest.update(data, 0, data.length);
    byte[] result = new byte[digest.getDigestSize()];
    digest.doFinal(result, 0);
    return result;
  }
}
