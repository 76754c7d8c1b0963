package org.mansio.protocols.sasl.ntlm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The server's challenge (MS-NLMP §2.2.1.2).
 *
 * @param flags agreed on
 * @param challenge 8 octets
 * @param domain the NetBIOS name of the domain
 * @param host this server's host name
 */
record ChallengeMessage(int flags, byte[] challenge, String domain, String host) {
  private static final int TYPE = 2;
  private static final int FIXED = 56;

  // MS-NLMP §2.2.2.1
  private static final short END = 0;
  private static final short NETBIOS_COMPUTER = 1;
  private static final short NETBIOS_DOMAIN = 2;
  private static final short DNS_COMPUTER = 3;

  byte[] octets() {
    byte[] target = unicode(domain);
    byte[] info = info();
    ByteBuffer message =
        ByteBuffer.allocate(FIXED + target.length + info.length).order(ByteOrder.LITTLE_ENDIAN);
    message.put(MessageFields.SIGNATURE).putInt(TYPE);
    field(message, target.length, FIXED);
    message.putInt(flags).put(challenge).putLong(0);
    field(message, info.length, FIXED + target.length);
    // MS-NLMP §2.2.2.10: no version is told.
    message.putLong(0);
    return message.put(target).put(info).array();
  }

  private byte[] info() {
    String computer = host.replaceFirst("\\..*", "").toUpperCase(java.util.Locale.ROOT);
    byte[][] values = {unicode(domain), unicode(computer), unicode(host)};
    short[] kinds = {NETBIOS_DOMAIN, NETBIOS_COMPUTER, DNS_COMPUTER};
    int length = 4;
    for (byte[] value : values) {
      length += 4 + value.length;
    }
    ByteBuffer info = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      info.putShort(kinds[i]).putShort((short) values[i].length).put(values[i]);
    }
    return info.putShort(END).putShort((short) 0).array();
  }

  private static void field(ByteBuffer message, int length, int offset) {
    message.putShort((short) length).putShort((short) length).putInt(offset);
  }

  static byte[] unicode(String text) {
    return text.getBytes(StandardCharsets.UTF_16LE);
  }
}
