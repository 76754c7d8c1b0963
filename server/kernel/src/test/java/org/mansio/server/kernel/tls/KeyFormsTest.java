package org.mansio.server.kernel.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFormsTest {
  private static PrivateKey key(String kind) throws Exception {
    return KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate();
  }

  private static String pkcs8(byte[] encoded) {
    return "Bag Attributes\n    friendlyName: server\n" + pem("PRIVATE KEY", encoded);
  }

  private static String pem(String label, byte[] encoded) {
    return "-----BEGIN " + label + "-----\r\n"
        + Base64.getMimeEncoder().encodeToString(encoded)
        + "\r\n-----END " + label + "-----\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519", "Ed448"})
  void theUsualFormIsReadByTheJdk(String kind) throws Exception {
    PrivateKey key = key(kind);

    assertThat(Pkcs8Key.read(pkcs8(key.getEncoded()))).contains(key);
  }

  @Test
  void openSslsOwnFormsAreReadToo() throws Exception {
    PrivateKey rsa = key("RSA");
    ECPrivateKey ec = (ECPrivateKey) key("EC");
    byte[] rsaOfPkcs1 = PrivateKeyInfo.getInstance(rsa.getEncoded())
        .parsePrivateKey()
        .toASN1Primitive()
        .getEncoded();
    byte[] ecOfSec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(
            ec.getParams().getOrder().bitLength(), ec.getS(), curve(ec))
        .getEncoded();

    assertThat(TraditionalKeys.read(pem("RSA PRIVATE KEY", rsaOfPkcs1))).contains(rsa);
    assertThat(TraditionalKeys.read(pem("EC PRIVATE KEY", ecOfSec1)))
        .map(read -> ((ECPrivateKey) read).getS())
        .contains(ec.getS());
    assertThat(Pkcs8Key.read(pem("RSA PRIVATE KEY", rsaOfPkcs1))).isEmpty();
  }

  private static ASN1Encodable curve(PrivateKey key) {
    return PrivateKeyInfo.getInstance(key.getEncoded()).getPrivateKeyAlgorithm().getParameters();
  }

  @Test
  void whatIsNoKeyIsNone() throws Exception {
    for (String pem : new String[] {
      "", "-----BEGIN PRIVATE KEY-----\n", pkcs8(new byte[] {1, 2, 3}), pkcs8(new byte[0])
    }) {
      assertThat(Pkcs8Key.read(pem)).isEmpty();
    }
    assertThat(Pkcs8Key.read("-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n"))
        .isEmpty();
  }
}
