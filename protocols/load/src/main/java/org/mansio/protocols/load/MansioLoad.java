package org.mansio.protocols.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** {@code bin/mansio-load}: sends mails and tells what became of them. */
public final class MansioLoad {
  private static final int FAILED = 1;

  /** EX_USAGE of sysexits. */
  static final int USAGE = 64;

  private static final String SYNOPSIS = """
      Usage: mansio-load [options] HOST:PORT

      Sends mails to an SMTP or LMTP server and prints how many it took and how fast. Each has an id in a header field of
      its own, by which mansio-sink finds what was lost or came twice. Exit code 0: all were acknowledged.

      """;

  private final LoadOptions options;
  private final InputStream in;
  private final PrintStream out;

  private MansioLoad(LoadOptions options, InputStream in, PrintStream out) {
    this.options = options;
    this.in = in;
    this.out = out;
  }

  public static void main(String[] words) throws Exception {
    System.exit(run(words, System.getenv(), System.in, System.out, System.err));
  }

  /** @return the exit code */
  static int run(
      String[] words,
      Map<String, String> environment,
      InputStream in,
      PrintStream out,
      PrintStream err)
      throws IOException, InterruptedException {
    LoadOptions options;
    try {
      Arguments arguments = Arguments.parse(LoadOptions.TABLE, words);
      if (arguments.has("help")) {
        out.print(SYNOPSIS + Arguments.usage(LoadOptions.TABLE));
        return 0;
      }
      options = LoadOptions.parse(arguments, environment);
    } catch (UsageException e) {
      err.println("mansio-load: " + e.getMessage() + "; --help tells what there is");
      return USAGE;
    }
    return new MansioLoad(options, in, out).run();
  }

  private int run() throws IOException, InterruptedException {
    try (Loops loops = new Loops("load", options.volume().threads())) {
      return options.output().repeat()
          ? repeat(loops)
          : exitCode(once(loops, options.volume().mails()));
    }
  }

  private Map<String, Object> once(Loops loops, int mails)
      throws IOException, InterruptedException {
    Optional<String> named = options.output().run();
    String run = named.isPresent()
        ? named.get()
        : Integer.toHexString(ThreadLocalRandom.current().nextInt());
    Load load = new Load(options, loops, run, mails);
    Map<String, Object> report = load.run();
    Optional<Path> acknowledged = options.output().acknowledged();
    if (acknowledged.isPresent()) {
      AcknowledgedFile.add(acknowledged.get(), run, load.outcomes().acknowledged.ranges());
    }
    Optional<Path> file = options.output().report();
    if (file.isPresent()) {
      Files.writeString(file.get(), Json.of(report) + System.lineSeparator());
    }
    out.println(options.output().repeat() ? Json.of(report) : sentence(report));
    out.flush();
    return report;
  }

  private int repeat(Loops loops) throws IOException, InterruptedException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
    int code = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int mails;
      try {
        mails = line.isBlank()
            ? options.volume().mails()
            : Arguments.number("a line", line.strip(), 1, MailId.MAX_NUMBER);
      } catch (UsageException e) {
        out.println(Json.of(Map.of("error", e.getMessage())));
        return USAGE;
      }
      code = Math.max(code, exitCode(once(loops, mails)));
    }
    return code;
  }

  private static int exitCode(Map<String, Object> report) {
    long all = ((Number) report.getOrDefault("mails", 0)).longValue();
    long taken = ((Number) report.getOrDefault("acknowledged", 0)).longValue();
    return taken == all ? 0 : FAILED;
  }

  private static String sentence(Map<String, Object> report) {
    return "run %s: %s of %s mails acknowledged in %s s, %s a second; refused %s, lost %s, uncertain %s, aborted %s, unsent %s"
        .formatted(
            report.get("run"),
            report.get("acknowledged"),
            report.get("mails"),
            report.get("seconds"),
            report.get("perSecond"),
            report.get("refused"),
            report.get("lost"),
            report.get("uncertain"),
            report.get("aborted"),
            report.get("unsent"));
  }
}
