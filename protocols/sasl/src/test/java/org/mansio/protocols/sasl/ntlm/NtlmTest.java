package org.mansio.protocols.sasl.ntlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.sasl.TestContext;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism.SaslExchange;
import org.mansio.spi.sasl.SaslStep;

class NtlmTest {
  private static final HexFormat HEX = HexFormat.of();
  // MS-NLMP §4.2.1, §4.2.4.
  private static final byte[] CHALLENGE = HEX.parseHex("0123456789abcdef");
  private static final byte[] BLOB = HEX.parseHex("0101000000000000" + "0000000000000000"
      + "aaaaaaaaaaaaaaaa" + "00000000" + "02000c0044006f006d00610069006e00"
      + "01000c005300650072007600650072000000000000000000");
  private static final int UNICODE_NTLM = NtlmFlags.UNICODE | NtlmFlags.NTLM;

  private final TestContext context = new TestContext();

  private SaslExchange start() {
    return start(false);
  }

  private SaslExchange start(boolean version1) {
    return new NtlmMechanism(Optional.of("EXAMPLE"), version1, CHALLENGE::clone).start(context);
  }

  static byte[] negotiate(int flags) {
    return ByteBuffer.allocate(32)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MessageFields.SIGNATURE)
        .putInt(1)
        .putInt(flags)
        .array();
  }

  /** A client's last message; with an integrity code when there is a key for it. */
  private static byte[] authenticate(String user, byte[] response, int flags) {
    byte[] name = ChallengeMessage.unicode(user);
    byte[] domain = ChallengeMessage.unicode("EXAMPLE");
    int fixed = 88;
    ByteBuffer message = ByteBuffer.allocate(fixed + name.length + domain.length + response.length)
        .order(ByteOrder.LITTLE_ENDIAN);
    message.put(MessageFields.SIGNATURE).putInt(3);
    field(message, 0, fixed);
    field(message, response.length, fixed);
    field(message, domain.length, fixed + response.length);
    field(message, name.length, fixed + response.length + domain.length);
    field(message, 0, fixed);
    field(message, 0, fixed);
    message.putInt(flags).position(fixed);
    return message.put(response).put(domain).put(name).array();
  }

  private static void field(ByteBuffer message, int length, int offset) {
    message.putShort((short) length).putShort((short) length).putInt(offset);
  }

  private static byte[] response(byte[] key, byte[] blob) {
    byte[] proof = NtlmV2.proof(key, CHALLENGE, blob);
    byte[] all = Arrays.copyOf(proof, proof.length + blob.length);
    System.arraycopy(blob, 0, all, proof.length, blob.length);
    return all;
  }

  private SaslStep login(String user, String password) {
    SaslExchange exchange = start();
    exchange.next(negotiate(UNICODE_NTLM));
    byte[] key = NtlmV2.key(user, "EXAMPLE", password);
    return exchange.next(authenticate(user, response(key, BLOB), UNICODE_NTLM));
  }

  @Test
  void theVectorsOfTheSpecificationCompute() {
    byte[] key = NtlmV2.key("User", "Domain", "Password");
    assertThat(key).isEqualTo(HEX.parseHex("0c868a403bfd7a93a3001ef22ef02e3f"));
    byte[] proof = NtlmV2.proof(key, CHALLENGE, BLOB);
    assertThat(proof).isEqualTo(HEX.parseHex("68cd0ab851e51c96aabc927bebef6a1c"));
    byte[] base = NtlmV2.sessionBaseKey(key, proof);
    assertThat(base).isEqualTo(HEX.parseHex("8de40ccadbc14a82f15cb0ad0de95ca3"));
    assertThat(NtlmV2.decrypt(base, HEX.parseHex("c5dad2544fc9799094ce1ce90bc9d03e")))
        .isEqualTo(HEX.parseHex("55555555555555555555555555555555"));
  }

  @Test
  void theChallengeNamesTheServer() throws Exception {
    SaslStep step = start().next(negotiate(UNICODE_NTLM | 0x00000080));
    assertThat(step).isInstanceOf(SaslStep.Challenge.class);
    byte[] message = ((SaslStep.Challenge) step).octets();
    MessageFields fields = MessageFields.of(message, 2, 48);
    assertThat(fields.payload(12)).isEqualTo(ChallengeMessage.unicode("EXAMPLE"));
    assertThat(Arrays.copyOfRange(message, 24, 32)).isEqualTo(CHALLENGE);
    assertThat(fields.number(20) & 0x00000080).isZero();
    assertThat(fields.number(20) & NtlmFlags.TARGET_INFO).isNotZero();
    assertThat(HEX.formatHex(fields.payload(40)))
        .contains(HEX.formatHex(ChallengeMessage.unicode("mx.example.org")));
  }

  @Test
  void aRightResponseIsAccepted() {
    assertThat(login("alice@example.org", "ecila"))
        .isEqualTo(new SaslStep.Success(MailAddress.of("alice@example.org")));
  }

  @Test
  void aWrongPasswordAUserWithoutASecretAndNobodyAreRejected() {
    assertThat(login("alice@example.org", "wrong")).isInstanceOf(SaslStep.Rejected.class);
    assertThat(login("bob@example.org", "")).isInstanceOf(SaslStep.Rejected.class);
    assertThat(login("nobody@example.org", "")).isInstanceOf(SaslStep.Rejected.class);
    assertThat(login("", "")).isInstanceOf(SaslStep.Rejected.class);
  }

  @Test
  void anIntegrityCodeThatIsAnnouncedMustFit() {
    byte[] announcing = HEX.parseHex("0101000000000000" + "0000000000000000" + "aaaaaaaaaaaaaaaa"
        + "00000000" + "0600040002000000" + "00000000" + "00000000");
    byte[] key = NtlmV2.key("alice@example.org", "EXAMPLE", "ecila");
    byte[] proof = NtlmV2.proof(key, CHALLENGE, announcing);
    byte[] negotiate = negotiate(UNICODE_NTLM);
    byte[] message = authenticate("alice@example.org", response(key, announcing), UNICODE_NTLM);
    SaslExchange without = start();
    without.next(negotiate);
    assertThat(without.next(message)).isInstanceOf(SaslStep.Rejected.class);

    SaslExchange with = start();
    byte[] challenge = ((SaslStep.Challenge) with.next(negotiate)).octets();
    byte[] code =
        NtlmV2.integrityCode(NtlmV2.sessionBaseKey(key, proof), negotiate, challenge, message);
    System.arraycopy(code, 0, message, 72, code.length);
    assertThat(with.next(message)).isInstanceOf(SaslStep.Success.class);
  }

  @Test
  void theVectorsOfTheFirstVersionCompute() {
    // MS-NLMP §4.2.2.2.1 and §4.2.3.2.2.
    assertThat(NtlmV1.response("Password", CHALLENGE))
        .isEqualTo(HEX.parseHex("67c43011f30298a2ad35ece64f16331c44bdbed927841f94"));
    byte[] lanManager = HEX.parseHex("aaaaaaaaaaaaaaaa" + "00".repeat(16));
    assertThat(NtlmV1.response("Password", NtlmV1.mixed(CHALLENGE, lanManager)))
        .isEqualTo(HEX.parseHex("7537f803ae367128ca458204bde7caf81e97ed2683267232"));
  }

  @Test
  void theFirstVersionIsTakenOnlyWhereItIsWanted() {
    byte[] right =
        authenticate("alice@example.org", NtlmV1.response("ecila", CHALLENGE), UNICODE_NTLM);
    byte[] wrong =
        authenticate("alice@example.org", NtlmV1.response("wrong", CHALLENGE), UNICODE_NTLM);
    SaslExchange off = start(false);
    off.next(negotiate(UNICODE_NTLM));
    assertThat(off.next(right)).isInstanceOf(SaslStep.Rejected.class);
    SaslExchange on = start(true);
    on.next(negotiate(UNICODE_NTLM));
    assertThat(on.next(right)).isInstanceOf(SaslStep.Success.class);
    SaslExchange again = start(true);
    again.next(negotiate(UNICODE_NTLM));
    assertThat(again.next(wrong)).isInstanceOf(SaslStep.Rejected.class);
  }

  @Test
  void aResponseOfAnotherLengthIsMalformed() {
    SaslExchange exchange = start(true);
    exchange.next(negotiate(UNICODE_NTLM));
    assertThat(exchange.next(authenticate("alice@example.org", new byte[43], UNICODE_NTLM)))
        .isInstanceOf(SaslStep.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 12, 63, 70, 100, 130})
  void aCutMessageIsMalformedOrRejected(int length) {
    SaslExchange exchange = start();
    exchange.next(negotiate(UNICODE_NTLM));
    byte[] key = NtlmV2.key("alice@example.org", "EXAMPLE", "ecila");
    byte[] whole = authenticate("alice@example.org", response(key, BLOB), UNICODE_NTLM);
    assertThat(exchange.next(Arrays.copyOf(whole, length))).isInstanceOf(SaslStep.Malformed.class);
  }

  @Property(tries = 500)
  void noOctetsBreakIt(@ForAll byte[] tail) {
    byte[] message = Arrays.copyOf(
        ByteBuffer.allocate(12 + tail.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(MessageFields.SIGNATURE)
            .putInt(3)
            .put(tail)
            .array(),
        100 + tail.length);
    SaslExchange exchange = start();
    assertThat(exchange.next(tail)).isNotInstanceOf(SaslStep.Success.class);
    SaslExchange asked = start();
    asked.next(negotiate(UNICODE_NTLM));
    assertThat(asked.next(message)).isNotInstanceOf(SaslStep.Success.class);
  }
}
