package org.mansio.protocols.smtp;

import java.nio.charset.StandardCharsets;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;

/** Any text as a path and as an address: what is read can be written, and reads the same again. */
public final class AddressFuzz {
  private AddressFuzz() {}

  /** Called by the fuzzer for each input. */
  public static void fuzzerTestOneInput(byte[] octets) {
    String text = new String(octets, StandardCharsets.UTF_8);
    path("FROM:" + text, "FROM:");
    path("TO:<" + text + "> SIZE=1", "TO:");
    try {
      again(MailAddress.parse(text));
    } catch (InvalidAddressException e) {
      // Most texts aren't addresses.
      return;
    }
  }

  private static void path(String argument, String prefix) {
    if (PathParser.parse(argument, prefix)
        instanceof ParsedPath.Mailbox(MailAddress address, String rest)) {
      FuzzedListener.check(argument.strip().endsWith(rest), "parameters out of nowhere: " + rest);
      again(address);
    }
  }

  private static void again(MailAddress address) {
    String written = address.toString();
    FuzzedListener.check(
        written.chars().noneMatch(Character::isISOControl), "a control character in " + written);
    try {
      FuzzedListener.check(
          MailAddress.parse(written).equals(address), written + " reads as another address");
    } catch (InvalidAddressException e) {
      throw new AssertionError(written + " can't be read again", e);
    }
  }
}
