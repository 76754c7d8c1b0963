package org.mansio.protocols.load;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;

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

  public static void main(String[] words) throws Exception {
    SinkOptions options;
    try {
      Arguments arguments = Arguments.parse(SinkOptions.TABLE, words);
      if (arguments.has("help")) {
        System.out.print(SYNOPSIS + Arguments.usage(SinkOptions.TABLE));
        return;
      }
      options = SinkOptions.parse(arguments);
    } catch (UsageException e) {
      System.err.println("mansio-sink: " + e.getMessage() + "; --help tells what there is");
      System.exit(MansioLoad.USAGE);
      return;
    }
    try {
      run(options, System.out);
    } catch (IOException e) {
      System.err.println("mansio-sink: " + e.getMessage());
      System.exit(UNAVAILABLE);
    }
  }

  private static void run(SinkOptions options, PrintStream out)
      throws IOException, InterruptedException {
    CountDownLatch reported = new CountDownLatch(1);
    try (Sink sink = new Sink(options)) {
      // SIGTERM: the JVM halts when this hook has ended, and the report must be written by then.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        sink.end();
        await(reported);
      }));
      InetSocketAddress address = sink.address();
      out.println("mansio-sink listening on " + address.getAddress().getHostAddress() + ":"
          + address.getPort());
      out.flush();
      watch(sink, out);
      String json = Json.of(sink.report());
      if (options.report().isPresent()) {
        Files.writeString(options.report().get(), json + System.lineSeparator());
      } else {
        out.println(json);
        out.flush();
      }
    } finally {
      reported.countDown();
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
