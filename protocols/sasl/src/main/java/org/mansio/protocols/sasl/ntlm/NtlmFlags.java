package org.mansio.protocols.sasl.ntlm;

/** What client and server agree on (MS-NLMP §2.2.2.5). */
final class NtlmFlags {
  static final int UNICODE = 0x00000001;
  static final int REQUEST_TARGET = 0x00000004;
  static final int NTLM = 0x00000200;
  static final int ALWAYS_SIGN = 0x00008000;
  static final int TARGET_TYPE_SERVER = 0x00020000;
  static final int EXTENDED_SESSION_SECURITY = 0x00080000;
  static final int TARGET_INFO = 0x00800000;
  static final int KEY_128 = 0x20000000;
  static final int KEY_EXCHANGE = 0x40000000;
  static final int KEY_56 = 0x80000000;

  /** What the server does; of the rest nothing is agreed. */
  static final int SUPPORTED = UNICODE
      | REQUEST_TARGET
      | NTLM
      | ALWAYS_SIGN
      | EXTENDED_SESSION_SECURITY
      | KEY_128
      | KEY_EXCHANGE
      | KEY_56;

  private NtlmFlags() {}
}
