package org.mansio.server.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.JMX;
import javax.management.MBeanServer;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.DomainsMXBean;
import org.mansio.server.admin.UsersMXBean;
import org.mansio.server.kernel.Layout;
import org.mansio.server.kernel.config.Variables;
import org.mansio.spi.listener.Listener;

/**
 * Makes a server work in front of the JVM, which writes down what it learned into an AOT cache (JEP 483, 514, 515): the
 * classes that a start loads, and the profiles by which the compiler knows the busy methods before they are busy.
 *
 * <p>The server is the shipped one, whatever the installation's own configuration says, in a temporary folder on free ports of
 * the loopback. It relays to a sink in this process, and delivers locally; nothing leaves the machine.
 */
final class Training {
  /** Below the classes: the configuration that ships. */
  private static final String CONFIGURATION = "training/";

  private static final List<String> FILES = List.of(
      "server.xml", "mailetcontainer.xml", "queue.xml", "dns.xml", "directory.xml", "logback.xml");

  private static final String DOMAIN = "example.org";
  private static final String USER = "alice@" + DOMAIN;
  private static final String REMOTE = "someone@remote.example";

  /**
   * So many that the profiles are those of a warm server (dist/docs/decisions/0004-start-and-memory.md), and know what happens
   * once in some ten thousand mails only, such as the next file of the journal and of the trace: what a profile doesn't know
   * throws away the code compiled by it.
   */
  private static final TrainingClient.Load RELAY = new TrainingClient.Load(40, 5, 100);

  private static final TrainingClient.Load LOCAL = new TrainingClient.Load(10, 5, 20);

  /** Few, since each logs in, and a password's hash is slow by design. */
  private static final TrainingClient.Load SUBMISSION = new TrainingClient.Load(4, 5, 5);

  /** For mail that is under way after its sender has its 250; far beyond what a busy machine needs. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final Layout layout;
  private final TrainingSink sink;
  private final String password = HexFormat.of().formatHex(randomOctets());

  private Training(Layout layout, TrainingSink sink) {
    this.layout = layout;
    this.sink = sink;
  }

  /**
   * Starts the server, sends it mail until all has arrived, and stops it.
   *
   * @return the exit code
   */
  static int run(PrintStream out, PrintStream err) throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("mansio-train");
    try {
      Layout layout = Layout.below(home);
      copyConfiguration(layout.configuration());
      Logging.toFiles(layout);
      try (TrainingSink sink = TrainingSink.open()) {
        return new Training(layout, sink).run(ManagementFactory.getPlatformMBeanServer(), out, err);
      } finally {
        Logging.close();
      }
    } finally {
      delete(home);
    }
  }

  private int run(MBeanServer beans, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    Map<String, String> environment = environment();
    Variables variables = new Variables(environment::get, System::getProperty);
    return switch (new Launcher(layout, variables, () -> beans, out, err).start()) {
      case Launcher.Result.Failed failed -> failed.exitCode();
      case Launcher.Result.Running running -> {
        RunningServer server = running.server();
        try {
          work(server, beans, out);
        } finally {
          server.stop();
        }
        yield ExitCodes.OK;
      }
    };
  }

  private Map<String, String> environment() {
    return Map.of(
        "MANSIO_HOSTNAME", "mx.example.org",
        "MANSIO_BIND", "127.0.0.1",
        "MANSIO_SMTP_PORT", "auto",
        "MANSIO_SUBMISSION_PORT", "auto",
        "MANSIO_SUBMISSIONS_PORT", "auto",
        "MANSIO_LMTP_PORT", "auto",
        "MANSIO_ODMR_PORT", "auto",
        "MANSIO_RELAY_NETWORKS", "127.0.0.0/8",
        "MANSIO_SMARTHOST", "127.0.0.1:" + sink.port(),
        // The discard port: a question that escapes the smart host is answered by nobody.
        "MANSIO_DNS_SERVERS", "127.0.0.1:9");
  }

  private void work(RunningServer server, MBeanServer beans, PrintStream out)
      throws IOException, InterruptedException {
    server.announce(out);
    operations(beans, DomainsMXBean.class).add(DOMAIN);
    operations(beans, UsersMXBean.class).add(USER, password);
    Path certificate = layout.data().resolve("tls/self-signed.crt");
    TrainingClient smtp = new TrainingClient(address(server, "smtp"));
    smtp.send(RELAY, USER, REMOTE);
    smtp.send(LOCAL, REMOTE, USER);
    new TrainingClient(address(server, "submission"), certificate, USER, password)
        .send(SUBMISSION, USER, REMOTE);
    new TrainingClient(address(server, "lmtp")).send(LOCAL.overLmtp(), REMOTE, USER);
    await(() -> sink.received() >= RELAY.mails() + SUBMISSION.mails(), "relayed mail");
    Path inbox = layout.data().resolve("mail").resolve(DOMAIN).resolve("alice/Maildir/new");
    await(() -> files(inbox) >= 2L * LOCAL.mails(), "local mail");
    out.println("Trained with " + (sink.received() + files(inbox)) + " mails");
  }

  private static <T> T operations(MBeanServer beans, Class<T> mxbean) {
    return JMX.newMXBeanProxy(beans, AdminNames.of(AdminNames.typeOf(mxbean)), mxbean);
  }

  private static InetSocketAddress address(RunningServer server, String name) {
    return server.server().listeners().stream()
        .filter(listener -> listener.name().equals(name))
        .map(Listener::addresses)
        .map(List::getFirst)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the shipped server has no listener " + name));
  }

  /** What may be looked at again and again. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition, String what)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("the training's " + what + " didn't arrive within " + PATIENCE);
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  private static long files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.count();
    }
  }

  private static void copyConfiguration(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String file : FILES) {
      try (InputStream in = Training.class.getResourceAsStream(CONFIGURATION + file)) {
        if (in == null) {
          throw new IllegalStateException(CONFIGURATION + file + " is missing from the jar");
        }
        Files.copy(in, folder.resolve(file));
      }
    }
  }

  private static byte[] randomOctets() {
    byte[] octets = new byte[16];
    new SecureRandom().nextBytes(octets);
    return octets;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
