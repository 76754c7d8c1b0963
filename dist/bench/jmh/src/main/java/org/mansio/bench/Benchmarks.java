package org.mansio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs benchmarks and writes JMH's JSON and a Markdown table. Nanoseconds and octets of the heap for each operation. */
public final class Benchmarks {
  private static final int WARM_UP_ROUNDS = 3;
  private static final int ROUNDS = 5;
  private static final TimeValue ROUND = TimeValue.seconds(1);
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Benchmarks() {}

  /** @param words the folder of the results, then options of JMH */
  public static void main(String[] words)
      throws IOException, RunnerException, CommandLineOptionException {
    CommandLineOptions options = new CommandLineOptions(Arrays.copyOfRange(words, 1, words.length));
    if (options.shouldHelp()) {
      options.showHelp();
    } else if (options.shouldList()) {
      new Runner(options).list();
    } else {
      run(Path.of(words[0]), options);
    }
  }

  private static void run(Path folder, CommandLineOptions options)
      throws IOException, RunnerException {
    Files.createDirectories(folder);
    String name = "jmh-" + STAMP.format(Instant.now());
    Path json = folder.resolve(name + ".json");
    Collection<RunResult> results = new Runner(new OptionsBuilder()
            .parent(options)
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(options.getForkCount().orElse(1))
            .warmupIterations(options.getWarmupIterations().orElse(WARM_UP_ROUNDS))
            .warmupTime(options.getWarmupTime().orElse(ROUND))
            .measurementIterations(options.getMeasurementIterations().orElse(ROUNDS))
            .measurementTime(options.getMeasurementTime().orElse(ROUND))
            .addProfiler(GCProfiler.class)
            .resultFormat(ResultFormatType.JSON)
            .result(json.toString())
            .build())
        .run();
    Path table = folder.resolve(name + ".md");
    Files.writeString(table, table(results));
    System.out.println(table + ", " + json);
  }

  private static String table(Collection<RunResult> results) {
    Map<String, String> rows = new TreeMap<>();
    for (RunResult result : results) {
      rows.put(name(result.getParams()), row(result));
    }
    return "| benchmark | ns | ± (99.9 %%) | octets allocated |%n| --- | --- | --- | --- |%n"
            .formatted()
        + String.join("", rows.values());
  }

  private static String row(RunResult result) {
    Result<?> time = result.getPrimaryResult();
    Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
    return "| %s | %.1f | %s | %s |%n"
        .formatted(
            name(result.getParams()),
            time.getScore(),
            // One round alone has no spread.
            Double.isNaN(time.getScoreError()) ? "" : "%.1f".formatted(time.getScoreError()),
            allocated == null ? "" : "%.0f".formatted(allocated.getScore()));
  }

  private static String name(BenchmarkParams params) {
    String[] parts = params.getBenchmark().split("\\.");
    String values = params.getParamsKeys().stream()
        .map(key -> key + " " + params.getParam(key))
        .collect(Collectors.joining(", "));
    return parts[parts.length - 2].replace("Benchmark", "") + "." + parts[parts.length - 1]
        + (values.isEmpty() ? "" : ", " + values);
  }
}
