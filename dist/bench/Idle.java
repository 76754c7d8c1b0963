import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Opens many connections that then say nothing, plain ones and ones under TLS, each after its greeting and EHLO, and some
 * that send an octet a second; prints what they cost the server, how fast it still takes connections, and how fast mail
 * still goes through it. The clients are in processes of their own. Everything is on loopback.
 *
 * <pre>java Idle.java PORT TLS_PORT SINK_PORT PLAIN TLS DRIPPING SERVER_PID</pre>
 */
public final class Idle implements AutoCloseable {
  /** Connections of one process, which may have some more files open: well below what systems allow. */
  private static final int PER_PROCESS = 5000;

  private static final int PROBES = 1000;
  private static final long DRIP_SECONDS = 30;
  private static final int HISTOGRAM_LINES = 60;

  private final long server;
  private final List<Process> processes = new ArrayList<>();
  private int opened;

  private Idle(long server) {
    this.server = server;
  }

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    int plain = Integer.parseInt(args[3]);
    int tls = Integer.parseInt(args[4]);
    int dripping = Integer.parseInt(args[5]);
    try (Idle idle = new Idle(Long.parseLong(args[6]));
        IdleMails mails = new IdleMails(port, Integer.parseInt(args[2]))) {
      probe("warming up", port);
      mails.send("warming up");
      probe("before", port);
      mails.send("before");
      idle.report("before");
      idle.open("plain", port, plain);
      idle.report(plain + " plain");
      idle.open("tls", Integer.parseInt(args[1]), tls);
      idle.report(plain + " plain and " + tls + " TLS");
      probe("with all of them idle", port);
      mails.send("with all of them idle");
      idle.open("dripping", port, dripping);
      TimeUnit.SECONDS.sleep(DRIP_SECONDS);
      probe("while " + dripping + " drip", port);
      mails.send("while " + dripping + " drip");
      idle.report("with " + dripping + " that drip besides, and after the mails");
      if (System.getenv("IDLE_HISTOGRAM") != null) {
        idle.histogram();
      }
      int lost = idle.lost();
      System.out.printf("connections lost: %d of %d%n", lost, idle.opened);
      System.exit(lost == 0 ? 0 : 1);
    }
  }

  /** Starts the processes of so many clients, and waits until each of these has its answer to EHLO. */
  private void open(String kind, int port, int count) throws IOException {
    long start = System.nanoTime();
    List<Process> mine = new ArrayList<>();
    for (int left = count; left > 0; left -= PER_PROCESS) {
      int some = Math.min(left, PER_PROCESS);
      mine.add(start(kind, port, some));
      opened += some;
    }
    double slowest = 0;
    for (Process process : mine) {
      slowest = Math.max(slowest, Double.parseDouble(line(process)));
    }
    if (count > 0) {
      System.out.printf(
          Locale.ROOT,
          "%d %s connections opened by %d processes, %.0f a second%n",
          count,
          kind,
          mine.size(),
          count / Math.max(slowest, 0.1));
    }
  }

  private Process start(String kind, int port, int count) throws IOException {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            Path.of(System.getProperty("jdk.launcher.sourcefile"))
                .resolveSibling("IdleClients.java")
                .toString(),
            kind,
            Integer.toString(port),
            Integer.toString(count),
            Integer.toString(opened))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    processes.add(process);
    return process;
  }

  private static String line(Process process) throws IOException {
    String line = process.inputReader().readLine();
    if (line == null) {
      throw new IOException("the clients of process " + process.pid() + " ended");
    }
    return line;
  }

  /** Ends all clients. @return how many the server had closed before */
  private int lost() throws IOException {
    int lost = 0;
    for (Process process : processes) {
      process.getOutputStream().close();
      lost += Integer.parseInt(line(process));
    }
    return lost;
  }

  /** How fast the server takes connections: one after the other, until each has its answer to EHLO. */
  private static void probe(String when, int port) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < PROBES; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        BufferedReader replies = new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        expect("220 ", replies.readLine());
        socket.getOutputStream().write("EHLO probe.example\r\n".getBytes(StandardCharsets.US_ASCII));
        String reply = replies.readLine();
        while (reply != null && reply.startsWith("250-")) {
          reply = replies.readLine();
        }
        expect("250 ", reply);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f connections a second, one after the other%n",
        when,
        PROBES * 1e9 / (System.nanoTime() - start));
  }

  private static void expect(String code, String reply) throws IOException {
    if (reply == null || !reply.startsWith(code)) {
      throw new IOException("expected " + code + ", got " + reply);
    }
  }

  private void report(String when) throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/" + server + "/status"));
    System.out.printf(
        "%s: RSS %d MiB, peak %d MiB, %d threads%n",
        when,
        number(status, "VmRSS") / 1024,
        number(status, "VmHWM") / 1024,
        number(status, "Threads"));
  }

  /** What lies on the server's heap, after a collection. */
  private void histogram() throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    for (String command : List.of("GC.class_histogram", "GC.heap_info")) {
      Process process = new ProcessBuilder(jcmd, Long.toString(server), command)
          .redirectErrorStream(true)
          .start();
      process.inputReader().lines().limit(HISTOGRAM_LINES).forEach(System.out::println);
      process.destroy();
      process.waitFor();
    }
  }

  private static long number(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
  }
}
