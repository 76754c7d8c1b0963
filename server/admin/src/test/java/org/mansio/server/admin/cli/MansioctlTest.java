package org.mansio.server.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.operations.AdminRegistry;
import org.mansio.server.admin.operations.AliasOperations;
import org.mansio.server.admin.operations.DomainOperations;
import org.mansio.server.admin.operations.HealthCheck;
import org.mansio.server.admin.operations.HealthOperations;
import org.mansio.server.admin.operations.ListedGuard;
import org.mansio.server.admin.operations.ListedQueue;
import org.mansio.server.admin.operations.LoginOperations;
import org.mansio.server.admin.operations.QueueOperations;
import org.mansio.server.admin.operations.TraceOperations;
import org.mansio.server.admin.operations.UserOperations;
import org.mansio.spi.admin.AdminBean;
import org.mansio.spi.directory.AuthenticationResult;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.testkit.MemoryDirectory;
import org.mansio.spi.testkit.MemoryTrace;
import org.mansio.spi.trace.TraceEvent;

/** The whole way from the command line through JMX to the operations, within one JVM. */
class MansioctlTest {
  private final MemoryDirectory directory = new MemoryDirectory().with("alice@example.org");
  private final ListedQueue queue = new ListedQueue();
  private final MemoryTrace trace = new MemoryTrace();
  private final ListedGuard guard = new ListedGuard();
  private final MBeanServer beans = MBeanServerFactory.newMBeanServer();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Optional<String> trouble = Optional.empty();

  @BeforeEach
  void offerOperations() {
    AdminRegistry registry = new AdminRegistry(beans);
    registry.register(new AdminBean("Domains", new DomainOperations(directory)));
    registry.register(new AdminBean("Users", new UserOperations(directory)));
    registry.register(new AdminBean("Logins", new LoginOperations(guard)));
    registry.register(new AdminBean("Aliases", new AliasOperations(directory.aliases())));
    registry.register(new AdminBean("Queue", new QueueOperations(queue)));
    registry.register(new AdminBean("Trace", new TraceOperations(trace)));
    registry.register(new AdminBean(
        "Health", new HealthOperations(List.of(new HealthCheck("queue", () -> trouble)))));
  }

  private ServerLink link() {
    return new ServerLink() {
      @Override
      public <T> T operations(Class<T> mxbean) {
        return JMX.newMXBeanProxy(beans, AdminNames.of(AdminNames.typeOf(mxbean)), mxbean);
      }

      @Override
      public MBeanServerConnection beans() {
        return beans;
      }

      @Override
      public void close() {}
    };
  }

  private int run(String input, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Mansioctl.run(
        data -> link(),
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintWriter(out),
        new PrintWriter(err),
        arguments);
  }

  private int run(List<String> arguments) {
    return run("", arguments.toArray(String[]::new));
  }

  private String printed() {
    return out.toString().replace(System.lineSeparator(), "\n");
  }

  private void arrive(String id, String error) {
    queue.entries.add(new QueueEntry(
        new MailId(id),
        QueueEntry.State.DEFERRED,
        Optional.of(MailAddress.of("alice@example.org")),
        List.of(MailAddress.of("bob@example.net")),
        Optional.of("remote:example.net"),
        2048,
        Instant.parse("2026-01-01T12:00:00Z").plusSeconds(queue.entries.size()),
        3,
        Optional.of(Instant.parse("2026-01-01T13:00:00Z")),
        Optional.of(error),
        Optional.empty()));
  }

  @Test
  void domainsAreAddedListedAndRemoved() {
    assertThat(run(List.of("domain", "add", "Example.NET"))).isZero();
    assertThat(run(List.of("domain", "list"))).isZero();
    assertThat(printed()).isEqualTo("DOMAIN\nexample.net\nexample.org\n");

    assertThat(run(List.of("domain", "remove", "example.net"))).isZero();
    assertThat(run(List.of("domain", "list", "--json"))).isZero();
    assertThat(printed()).isEqualTo("[\"example.org\"]\n");
  }

  @Test
  void thePasswordIsTheFirstLineOfStandardInput() {
    assertThat(run("pässword 1\nrest\n", "user", "add", "bob@example.org")).isZero();
    assertThat(directory.authenticate("bob@example.org", "pässword 1"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);

    assertThat(run("second\r\n", "user", "passwd", "bob@example.org")).isZero();
    assertThat(directory.authenticate("bob@example.org", "second"))
        .isInstanceOf(AuthenticationResult.Authenticated.class);
  }

  @Test
  void noPasswordIsRefused() {
    assertThat(run("", "user", "add", "bob@example.org")).isEqualTo(ExitCodes.DATA);
    assertThat(err.toString()).contains("password is empty");
  }

  @Test
  void anUnknownUserExits67() {
    assertThat(run(List.of("user", "remove", "nobody@example.org"))).isEqualTo(ExitCodes.NO_USER);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("mansioctl: no such user: nobody@example.org");
  }

  @Test
  void whatExistsAlreadyExits65() {
    assertThat(run("secret\n", "user", "add", "alice@example.org")).isEqualTo(ExitCodes.DATA);
  }

  @Test
  void aDirectoryThatIsAwayExits75() {
    directory.setAway(true);
    assertThat(run(List.of("user", "list"))).isEqualTo(ExitCodes.TRY_LATER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "domain", "domain frobnicate", "queue list --nonsense", "trace", "user add"})
  void wrongUsageExits64(String line) {
    assertThat(run(line.isEmpty() ? List.of() : List.of(line.split(" "))))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).startsWith("mansioctl: ");
  }

  @Test
  void aServerThatIsNotThereExits69() {
    int code = Mansioctl.run(
        AttachedServer::on,
        new ByteArrayInputStream(new byte[0]),
        new PrintWriter(out),
        new PrintWriter(err),
        "--data",
        "target/no-such-folder",
        "health");

    assertThat(code).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(err.toString()).contains("no server is running on target/no-such-folder");
  }

  @Test
  void severalTargetsMakeAGroup() {
    assertThat(
            run(List.of("alias", "add", "all@example.org", "alice@example.org", "bob@example.net")))
        .isZero();
    assertThat(run(List.of("alias", "list"))).isZero();
    assertThat(printed())
        .isEqualTo("KIND   SOURCE           TARGET\n"
            + "group  all@example.org  alice@example.org\n"
            + "group  all@example.org  bob@example.net\n");

    assertThat(run(List.of("alias", "remove", "all@example.org"))).isZero();
    assertThat(printed()).isEqualTo("2 removed\n");
    assertThat(run(List.of("alias", "remove", "all@example.org"))).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void theQueueIsListedInPagesAsOneJsonArray() {
    for (int i = 0; i < 1201; i++) {
      arrive("M%04d".formatted(i), "451 4.7.1 \"later\"");
    }

    assertThat(run(List.of("queue", "list", "--json"))).isZero();
    assertThat(printed())
        .startsWith("[{\"id\":\"M0000\",")
        .endsWith("}]\n")
        .contains("\\\"later\\\"");
    assertThat(printed().split("\"id\":")).hasSize(1202);

    assertThat(run(List.of("queue", "list", "--json", "--limit", "2"))).isZero();
    assertThat(printed().split("\"id\":")).hasSize(3);
  }

  @Test
  void aRemoteReplyCannotSteerTheTerminal() {
    arrive("M1", "451 \u001b[2J owned");

    assertThat(run(List.of("queue", "list"))).isZero();
    assertThat(printed()).contains("451 ?[2J owned").doesNotContain("\u001b");
  }

  @Test
  void nothingTouchesTheWholeQueueByASlip() {
    arrive("M1", "x");

    assertThat(run(List.of("queue", "remove"))).isEqualTo(ExitCodes.USAGE);
    assertThat(run(List.of("queue", "remove", "--all", "--preview"))).isZero();
    assertThat(printed()).isEqualTo("1 meant; nothing was done\n");
    assertThat(queue.entries).hasSize(1);

    assertThat(run(List.of("queue", "remove", "--error", "a \"quoted\" word", "--dry-run")))
        .isZero();
    assertThat(printed()).isEqualTo("0 meant; nothing was done\n");
    assertThat(run(List.of("queue", "remove", "M1"))).isZero();
    assertThat(printed()).isEqualTo("1 removed\n");
    assertThat(queue.entries).isEmpty();
  }

  @Test
  void theQueueIsCountedByStateAndByCondition() {
    arrive("M1", "x");

    assertThat(run(List.of("queue", "count"))).isZero();
    assertThat(printed()).contains("deferred      1  2026-01-01T12:00:00Z");
    assertThat(run(List.of("queue", "count", "--json", "--recipient", "example.net")))
        .isZero();
    assertThat(printed()).isEqualTo("[{\"state\":\"any\",\"count\":1,\"oldestArrival\":null}]\n");
  }

  @Test
  void theQueueTellsItsLimitAndWhatIsDamagedAndGivesThatUp() {
    queue.limit = OptionalLong.of(1);
    queue.damaged.add("journal/damaged-1-700");
    arrive("M1", "x");

    assertThat(run(List.of("queue", "status"))).isZero();
    assertThat(printed()).contains("no: full", "limit", "journal/damaged-1-700");
    assertThat(run(List.of("queue", "forget-damaged"))).isZero();
    assertThat(printed()).contains("1 deleted");
    assertThat(run(List.of("queue", "status", "--json"))).isZero();
    assertThat(printed())
        .isEqualTo("[{\"refuses\":\"full\",\"records\":1,\"limit\":1,\"damaged\":[]}]\n");
  }

  @Test
  void waitingMailIsShownByDomainAndStarted() {
    queue.entries.add(new QueueEntry(
        new MailId("W1"),
        QueueEntry.State.WAITING,
        Optional.empty(),
        List.of(MailAddress.of("bob@example.net")),
        Optional.of("on-demand:example.net"),
        2048,
        Instant.parse("2026-01-01T12:00:00Z"),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty()));

    assertThat(run(List.of("queue", "waiting"))).isZero();
    assertThat(printed())
        .isEqualTo("DOMAIN       COUNT  OCTETS  OLDEST                LANE\n"
            + "example.net      1    2048  2026-01-01T12:00:00Z  on-demand:example.net\n");
    assertThat(run(List.of("queue", "waiting", "example.org", "--json"))).isZero();
    assertThat(printed()).isEqualTo("[]\n");
    assertThat(run(List.of("queue", "count", "--state", "waiting"))).isZero();
    assertThat(printed()).contains("waiting      1");

    assertThat(run(List.of("queue", "start", "net", "--subdomains"))).isZero();
    assertThat(printed()).isEqualTo("1 started\n");
    assertThat(run(List.of("queue", "start"))).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void mailThatIsNotQueuedExits66() {
    assertThat(run(List.of("queue", "show", "NOSUCH"))).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flush example.net",
        "hold M1",
        "release --state held",
        "retry M1",
        "bounce M1 --reason no",
        "move --older-than 1h --to remote:example.org",
        "pause example.net",
        "resume example.net",
        "destinations"
      })
  void everyVerbOfTheQueueWorks(String verb) {
    arrive("M1", "x");

    assertThat(run(List.of(("queue " + verb).split(" ")))).isZero();
    assertThat(printed()).isNotBlank();
  }

  @Test
  void destinationsTellWhyTheyAreNotServed() {
    arrive("M1", "x");

    assertThat(run(List.of("queue", "destinations"))).isZero();
    assertThat(printed())
        .contains("AT ONCE")
        .containsPattern("mails 100/1h30m +rate +2026-01-01T12:30:00Z");
    assertThat(run(List.of("queue", "destinations", "--json"))).isZero();
    assertThat(printed())
        .contains("\"concurrency\":5")
        .contains("\"rates\":[{\"counts\":\"mails\",\"limit\":100,\"seconds\":5400}]")
        .contains("\"hindrance\":\"rate\"")
        .contains("\"hinderedUntil\":\"2026-01-01T12:30:00Z\"");
  }

  @Test
  void theTraceShowsDetails() {
    trace.record(new TraceEvent(
        Instant.parse("2026-01-01T12:00:00Z"),
        new MailId("M1"),
        TraceEvent.Kind.DELIVERED,
        "store:",
        "stored",
        Map.of("recipient", "alice@example.org")));

    assertThat(run(List.of("trace", "M1"))).isZero();
    assertThat(printed()).contains("delivered").contains("stored recipient=alice@example.org");
    assertThat(run(List.of("trace", "M1", "--json"))).isZero();
    assertThat(printed()).contains("\"details\":{\"recipient\":\"alice@example.org\"}");
    assertThat(run(List.of("trace", "M2"))).isEqualTo(ExitCodes.NOT_FOUND);
  }

  @Test
  void healthExitsWithOneWhenSomethingIsDown() {
    assertThat(run(List.of("health"))).isZero();
    trouble = Optional.of("refuses mail");
    assertThat(run(List.of("health"))).isEqualTo(ExitCodes.UNHEALTHY);
    assertThat(printed()).contains("queue      down   refuses mail");
  }

  @Test
  void operationsThatAreNotOfferedAreUnavailable() {
    assertThat(run(List.of("plugins"))).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(err.toString()).contains("Plugins");
  }

  @Test
  void aPasswordIsKeptForLegacyMechanismsWhenAskedFor() {
    assertThat(run("Sesam\n", "user", "passwd", "alice@example.org", "--legacy-secrets"))
        .isZero();
    assertThat(directory.sharedSecret("alice@example.org")).isPresent();
    assertThat(run("Sesam\n", "user", "passwd", "alice@example.org")).isZero();
    assertThat(directory.sharedSecret("alice@example.org")).isEmpty();
  }

  @Test
  void whoIsShutOutIsListedAndLetIn() {
    assertThat(run(List.of("auth", "locks"))).isZero();
    assertThat(printed()).contains("192.0.2.1", "2026-01-01T00:15:00Z").doesNotContain("alice");
    assertThat(run(List.of("auth", "locks", "--all", "--json"))).isZero();
    assertThat(printed()).contains("\"subject\":\"alice@example.org\"", "\"failures\":3");
    assertThat(run(List.of("auth", "unlock", "192.0.2.1"))).isZero();
    assertThat(run(List.of("auth", "locks"))).isZero();
    assertThat(printed()).doesNotContain("192.0.2.1");
    assertThat(run(List.of("auth", "unlock", "192.0.2.9"))).isNotZero();
    assertThat(err.toString()).contains("192.0.2.9");
  }

  /** What a plugin might offer. */
  public interface TallyMXBean {
    List<Count> getCounts();

    long add(String name, long number);

    record Count(String name, long number) {}
  }

  /** Counts. */
  public static final class Tally implements TallyMXBean {
    @Override
    public List<Count> getCounts() {
      return List.of(new Count("apples", 2), new Count("pears", 30));
    }

    @Override
    public long add(String name, long number) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("nameless");
      }
      return number + 2;
    }
  }

  @Test
  void readsAndRunsABeanThatItDoesNotKnow() {
    new AdminRegistry(beans).register(new AdminBean("Tally", new Tally()));
    assertThat(run("", "bean", "tally")).isZero();
    assertThat(out.toString()).contains("Counts", "add(String, long)");
    assertThat(run("", "bean", "Tally", "counts")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("name    number", "apples       2", "pears       30");
    assertThat(run("", "bean", "Tally", "counts", "--json")).isZero();
    assertThat(out.toString()).contains("{\"name\":\"apples\",\"number\":2}");
    assertThat(run("", "bean", "Tally", "add", "apples", "5")).isZero();
    assertThat(out.toString().strip()).isEqualTo("7");
  }

  @Test
  void explainsWhatABeanDoesNotHave() {
    new AdminRegistry(beans).register(new AdminBean("Tally", new Tally()));
    assertThat(run("", "bean", "Tall", "counts")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(err.toString()).contains("no bean is called 'Tall'");
    assertThat(run("", "bean", "Tally", "subtract")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(run("", "bean", "Tally", "add", "apples", "many")).isEqualTo(ExitCodes.DATA);
    assertThat(run("", "bean", "Tally", "add", "", "1")).isEqualTo(ExitCodes.DATA);
    assertThat(err.toString()).contains("nameless");
  }
}
