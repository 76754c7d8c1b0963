package org.mansio.protocols.smtp;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpParameter.Result;
import org.mansio.spi.smtp.SmtpSession;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The arguments of MAIL and RCPT. */
@State(Scope.Thread)
public class MailCommandBenchmark {
  private final String mail = "FROM:<newsletter@lists.example.org> SIZE=2048";
  private final String rcpt = "TO:<someone@example.com>";
  private final Envelope envelope = Envelope.of("a@example.org", "b@example.com");
  private final ParameterTable<SmtpParameter.OfMail> parameters =
      new ParameterTable<>(List.of(new Announced()));

  /** A parameter that does nothing: what reading it costs is what is measured. */
  private record Announced() implements SmtpParameter.OfMail {
    @Override
    public String keyword() {
      return "SIZE";
    }

    @Override
    public int extraOctets() {
      return 0;
    }

    @Override
    public Result<Envelope> apply(SmtpSession session, Optional<String> value, Envelope envelope) {
      return new Result.Applied<>(envelope);
    }
  }

  @Benchmark
  public Object mail() {
    ParsedPath path = PathParser.parse(mail, "FROM:");
    if (!(path instanceof ParsedPath.Mailbox mailbox)) {
      throw new IllegalStateException("not understood: " + path);
    }
    return parameters.apply(
        mailbox.parameters(), envelope, (parameter, value, now) -> new Result.Applied<>(now));
  }

  @Benchmark
  public Object rcpt() {
    return PathParser.parse(rcpt, "TO:");
  }
}
