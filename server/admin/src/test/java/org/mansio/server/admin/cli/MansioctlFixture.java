package org.mansio.server.admin.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.PluginView;
import org.mansio.server.admin.PluginsMXBean;
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
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.QueueEntry;
import org.mansio.spi.testkit.MemoryDirectory;
import org.mansio.spi.testkit.MemoryTrace;

/** The whole way from the command line through JMX to the operations, within one JVM. */
abstract class MansioctlFixture {
  final MemoryDirectory directory = new MemoryDirectory().with("alice@example.org");
  final ListedQueue queue = new ListedQueue();
  final MemoryTrace trace = new MemoryTrace();
  final ListedGuard guard = new ListedGuard();
  final MBeanServer beans = MBeanServerFactory.newMBeanServer();
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  Optional<String> trouble = Optional.empty();

  @BeforeEach
  void offerOperations() {
    AdminRegistry registry = new AdminRegistry(beans);
    registry.register(new AdminBean("Domains", new DomainOperations(directory)));
    registry.register(new AdminBean("Users", new UserOperations(directory)));
    registry.register(new AdminBean("Logins", new LoginOperations(guard)));
    registry.register(new AdminBean("Aliases", new AliasOperations(directory.aliases())));
    registry.register(new AdminBean("Queue", new QueueOperations(queue)));
    registry.register(new AdminBean("Plugins", (PluginsMXBean) () -> List.of(new PluginView(
        "standard",
        "1.0",
        1,
        "built in",
        List.of("mailet Null", "mailet Bounce", "matcher All")))));
    registry.register(new AdminBean("Trace", new TraceOperations(trace)));
    registry.register(new AdminBean(
        "Health", new HealthOperations(List.of(new HealthCheck("queue", () -> trouble)))));
  }

  ServerLink link() {
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

  int run(String input, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Mansioctl.run(
        data -> link(),
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintWriter(out),
        new PrintWriter(err),
        arguments);
  }

  int run(List<String> arguments) {
    return run("", arguments.toArray(String[]::new));
  }

  String printed() {
    return out.toString().replace(System.lineSeparator(), "\n");
  }

  void arrive(String id, String error) {
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
}
