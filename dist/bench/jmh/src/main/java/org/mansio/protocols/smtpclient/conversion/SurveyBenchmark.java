package org.mansio.protocols.smtpclient.conversion;

import java.io.IOException;
import org.mansio.bench.Messages;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The look at every message's octets before it goes on, and the walk through MIME of one that has to be converted. */
@State(Scope.Thread)
public class SurveyBenchmark {
  @Param({"2048", "51200"})
  int size;

  private Content content = Content.of(new byte[0]);

  @Setup
  public void prepare() {
    content = Content.of(Messages.multipart(size));
  }

  @Benchmark
  public Object octets() throws IOException {
    return OctetFacts.of(content);
  }

  @Benchmark
  public Object entities() throws IOException {
    Survey.Answer answer = new Survey(BodyType.EIGHT_BIT_MIME, BodyType.SEVEN_BIT).of(content);
    if (!(answer instanceof Survey.Answer.Plan)) {
      throw new IllegalStateException("can't be converted: " + answer);
    }
    return answer;
  }
}
