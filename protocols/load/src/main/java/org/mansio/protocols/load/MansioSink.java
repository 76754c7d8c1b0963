package org.mansio.protocols.load;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** {@code bin/mansio-sink}: takes mails, or refuses them as it is told, and says which it got. */
public final class MansioSink {
  private static final int PROGRESS_MILLIS = 20;

  /** EX_UNAVAILABLE of sysexits. */
  private static final int UNAVAILABLE = 69;

  private static final String SYNOPSIS = """
      Usage: mansio-sink [options] [HOST:]PORT

      An SMTP or LMTP server that takes every mail, forgets what was in it, and remembers which mails of mansio-load came.
      Port 0 takes a free one; the first line printed says which. It ends at SIGTERM or after --mails.

      """;

  private MansioSink() {}

  public static void main(String[] words) {
    CountDownLatch reported = new CountDownLatch(1);
    int code;
    try {
      // SIGTERM: the JVM halts when this hook has ended, and the report must be written by then.
      code = run(
          words,
          System.out,
          System.err,
          sink -> Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            sink.end();
            await(reported);
          })));
    } finally {
      reported.countDown();
    }
    System.exit(code);
  }

  /**
   * Takes mails until the sink's end.
   *
   * @param listening told of the sink, which it may end
   * @return the exit code
   */
  static int run(String[] words, PrintStream out, PrintStream err, Consumer<Sink> listening) {
    SinkOptions options;
    try {
      Arguments arguments = Arguments.parse(SinkOptions.TABLE, words);
      if (arguments.has("help")) {
        out.print(SYNOPSIS + Arguments.usage(SinkOptions.TABLE));
        return 0;
      }
      options = SinkOptions.parse(arguments);
    } catch (UsageException e) {
      err.println("mansio-sink: " + e.getMessage() + "; --help tells what there is");
      return MansioLoad.USAGE;
    }
    try (Sink sink = new Sink(options)) {
      listening.accept(sink);
      take(sink, out);
      return 0;
    } catch (IOException e) {
      err.println("mansio-sink: " + e.getMessage());
      return UNAVAILABLE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNAVAILABLE;
    }
  }

  private static void take(Sink sink, PrintStream out) throws IOException, InterruptedException {
    InetSocketAddress address = sink.address();
    out.println("mansio-sink listening on " + address.getAddress().getHostAddress() + ":"
        + address.getPort());
    out.flush();
    watch(sink, out);
    String json = Json.of(sink.report());
    Optional<Path> file = sink.options().report();
    if (file.isPresent()) {
      Files.writeString(file.get(), json + System.lineSeparator());
    } else {
      out.println(json);
      out.flush();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void watch(Sink sink, PrintStream out) throws InterruptedException {
    long told = 0;
    boolean ended = false;
    while (!ended) {
      ended = sink.awaitEnd(PROGRESS_MILLIS);
      long mails = sink.arrivals().mails();
      if (sink.options().progress() && mails != told) {
        told = mails;
        out.println(Json.of(sink.arrivals().progress()));
        out.flush();
      }
    }
  }
}
