package org.mansio.spi.mail;

import java.io.IOException;
import org.mansio.bench.Messages;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The header fields that mailets see. */
@State(Scope.Thread)
public class MessageBenchmark {
  private final Content content = Content.of(Messages.text(2048, ""));

  @Benchmark
  public Object headers() throws IOException {
    return Message.of(content).headers();
  }
}
