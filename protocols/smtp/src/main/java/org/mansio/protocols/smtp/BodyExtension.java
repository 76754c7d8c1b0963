package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;

/**
 * 8BITMIME (RFC 6152): octets over 127 are taken as they are. With CHUNKING (RFC 3030) also BINARYMIME: any octets, whose lines
 * mean nothing.
 */
final class BodyExtension implements SmtpExtension {
  @Override
  public String name() {
    return "body";
  }

  @Override
  public List<String> ehloLines(SmtpSession session) {
    return List.of("8BITMIME", "CHUNKING", "BINARYMIME");
  }

  @Override
  public List<SmtpParameter> parameters() {
    return List.of(new Body());
  }

  private static final class Body implements SmtpParameter.OfMail {
    @Override
    public String keyword() {
      return "BODY";
    }

    @Override
    public int extraOctets() {
      // RFC 6152 §3 (7) has 17 for 8BITMIME; BINARYMIME (RFC 3030 §3) is longer.
      return " BODY=BINARYMIME".length() + 1;
    }

    @Override
    public Result<Envelope> apply(SmtpSession session, Optional<String> value, Envelope envelope) {
      return switch (value.orElse("").toUpperCase(Locale.ROOT)) {
        case "7BIT" -> new Result.Applied<>(envelope.withBody(BodyType.SEVEN_BIT));
        case "8BITMIME" -> new Result.Applied<>(envelope.withBody(BodyType.EIGHT_BIT_MIME));
        case "BINARYMIME" -> new Result.Applied<>(envelope.withBody(BodyType.BINARY_MIME));
        default ->
          new Result.Refused<>(SmtpReply.of(555, "5.5.4", "BODY is 7BIT, 8BITMIME or BINARYMIME"));
      };
    }
  }
}
