package org.mansio.protocols.smtp;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpSession;

/**
 * SIZE (RFC 1870): says how much is taken, and refuses what is announced as more before it is sent.
 *
 * @param limit in octets; 0 is no limit
 */
record SizeExtension(long limit) implements SmtpExtension {
  // RFC 1870 §4: up to 20 digits.
  private static final String NUMBER = "[0-9]{1,20}";

  @Override
  public String name() {
    return "size";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return List.of("SIZE " + limit);
  }

  @Override
  public List<SmtpParameter> parameters() {
    return List.of(new Size());
  }

  private final class Size implements SmtpParameter.OfMail {
    @Override
    public String keyword() {
      return "SIZE";
    }

    @Override
    public int extraOctets() {
      // RFC 1870 §4.
      return 26;
    }

    @Override
    public Result<Envelope> apply(SmtpSession session, Optional<String> value, Envelope envelope) {
      if (!value.orElse("").matches(NUMBER)) {
        return new Result.Refused<>(Replies.syntax("SIZE is a number of octets"));
      }
      return limit > 0 && exceeds(value.get())
          ? new Result.Refused<>(Replies.TOO_LARGE)
          : new Result.Applied<>(envelope);
    }

    private boolean exceeds(String digits) {
      return new BigInteger(digits).compareTo(BigInteger.valueOf(limit)) > 0;
    }
  }
}
