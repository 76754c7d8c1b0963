package org.mansio.protocols.sasl.ntlm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The client's answer (MS-NLMP §2.2.1.3).
 *
 * @param response to the challenge: of NTLMv2 the proof and what it covers, of NTLMv1 24 octets
 * @param lanManager the older response, which holds the client's own challenge with NTLMv1
 * @param sessionKey encrypted; empty without key exchange
 * @param octets all of the message, for its integrity code
 */
record AuthenticateMessage(
    String user,
    String domain,
    byte[] response,
    byte[] lanManager,
    byte[] sessionKey,
    int flags,
    byte[] octets) {

  private static final int TYPE = 3;
  private static final int FIXED = 64;
  private static final int LAN_MANAGER_AT = 12;
  private static final int RESPONSE_AT = 20;
  private static final int DOMAIN_AT = 28;
  private static final int USER_AT = 36;
  private static final int SESSION_KEY_AT = 52;
  private static final int FLAGS_AT = 60;
  private static final int MIC_AT = 72;
  private static final int MIC_OCTETS = 16;
  private static final int VERSION_1_OCTETS = 24;
  private static final int PROOF_OCTETS = 16;
  // MS-NLMP §2.2.2.7: what stands before the AV pairs.
  private static final int BLOB_FIXED = 28;
  private static final short FLAGS_PAIR = 6;
  private static final int MIC_PRESENT = 2;

  static AuthenticateMessage parse(byte[] message) throws MessageFields.Malformed {
    MessageFields fields = MessageFields.of(message, TYPE, FIXED);
    int flags = fields.number(FLAGS_AT);
    byte[] response = fields.payload(RESPONSE_AT);
    if (response.length != VERSION_1_OCTETS && response.length < PROOF_OCTETS + BLOB_FIXED) {
      throw new MessageFields.Malformed("a response of " + response.length + " octets");
    }
    Charset charset =
        (flags & NtlmFlags.UNICODE) != 0 ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1;
    return new AuthenticateMessage(
        new String(fields.payload(USER_AT), charset),
        new String(fields.payload(DOMAIN_AT), charset),
        response,
        fields.payload(LAN_MANAGER_AT),
        fields.payload(SESSION_KEY_AT),
        flags,
        message);
  }

  boolean isVersion1() {
    return response.length == VERSION_1_OCTETS;
  }

  /** The first 16 octets of an NTLMv2 response. */
  byte[] proof() {
    return Arrays.copyOf(response, PROOF_OCTETS);
  }

  /** The rest of an NTLMv2 response, which the proof covers. */
  byte[] blob() {
    return Arrays.copyOfRange(response, PROOF_OCTETS, response.length);
  }

  /** Whether the client says, under its proof, that the message has an integrity code (MS-NLMP §2.2.2.1, MsvAvFlags). */
  boolean hasIntegrityCode() {
    ByteBuffer pairs = ByteBuffer.wrap(blob()).order(ByteOrder.LITTLE_ENDIAN).position(BLOB_FIXED);
    while (pairs.remaining() >= 4) {
      short kind = pairs.getShort();
      int length = Short.toUnsignedInt(pairs.getShort());
      if (kind == 0 || length > pairs.remaining()) {
        return false;
      }
      if (kind == FLAGS_PAIR && length == 4) {
        return (pairs.getInt() & MIC_PRESENT) != 0;
      }
      pairs.position(pairs.position() + length);
    }
    return false;
  }

  /** The integrity code; empty when the message is too short for one. */
  byte[] integrityCode() {
    return octets.length < MIC_AT + MIC_OCTETS
        ? new byte[0]
        : Arrays.copyOfRange(octets, MIC_AT, MIC_AT + MIC_OCTETS);
  }

  /** The message as the integrity code covers it. */
  byte[] withoutIntegrityCode() {
    byte[] copy = octets.clone();
    Arrays.fill(copy, MIC_AT, Math.min(copy.length, MIC_AT + MIC_OCTETS), (byte) 0);
    return copy;
  }
}
