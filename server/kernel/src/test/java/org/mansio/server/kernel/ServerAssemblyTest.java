package org.mansio.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.Variables;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.SpooledMail;

class ServerAssemblyTest {
  private static final String SERVER = """
      <server xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="server.xsd">
        <hostname>${env:NAME:-MX.example.org}</hostname>
        <store type="memory"/>
        <listeners>
          <listener name="in" protocol="test"><port>2525</port><hooks><hook name="Quiet"/></hooks></listener>
          <listener name="off" protocol="test"><port>${env:OFF:-0}</port></listener>
          <listener name="any" protocol="test"><port>auto</port></listener>
        </listeners>
      </server>
      """;

  @TempDir
  private Path home;

  private Layout layout;

  /** A chain that does nothing. */
  static final class NoChain implements Chain {
    @Override
    public void load(Problems problems) {}

    @Override
    public void reload() {}

    @Override
    public List<ProcessorDescription> describe() {
      return List.of();
    }

    @Override
    public Simulation simulate(SpooledMail mail) {
      return new Simulation(List.of(), List.of(), true);
    }

    @Override
    public void close() {
      TestPlugin.LOG.add("chain close");
    }

    @Override
    public ProcessingResult process(SpooledMail mail) {
      return new ProcessingResult(List.of(), List.of(), List.of());
    }
  }

  private static final Module CHAIN = new AbstractModule() {
    @Override
    protected void configure() {
      bind(Chain.class).toInstance(new NoChain());
    }
  };

  @BeforeEach
  void writeFiles() throws IOException {
    layout = Layout.below(home);
    Files.createDirectories(layout.configuration());
    write("server.xml", SERVER);
    write("queue.xml", "<queue type='memory'/>");
    write("dns.xml", "<dns type='memory'/>");
    write("directory.xml", "<directory type='memory'/>");
    TestPlugin.LOG.clear();
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(layout.configuration().resolve(file), text);
  }

  private Server assemble(Map<String, String> environment) throws Exception {
    return ServerAssembly.assemble(
        layout, new Variables(environment::get, name -> null), List.of(CHAIN));
  }

  private List<String> problemsOf(String server) throws IOException {
    write("server.xml", server);
    var thrown = org.assertj.core.api.Assertions.catchThrowableOfType(
        org.mansio.server.kernel.config.ConfigurationException.class, () -> assemble(Map.of()));
    return thrown
        .getMessage()
        .lines()
        .map(l -> l.replace(layout.configuration() + "/", ""))
        .toList();
  }

  @Test
  void startsInOrderAndStopsBackwards() throws Exception {
    Server server = assemble(Map.of());
    server.start();
    assertThat(server.isRunning()).isTrue();
    server.stop();
    // The directory and the queue open side by side.
    assertThat(TestPlugin.LOG.subList(0, 2))
        .containsExactlyInAnyOrder("directory open", "queue open");
    assertThat(TestPlugin.LOG.subList(2, TestPlugin.LOG.size()))
        .startsWith(
            "queue start",
            "listener in start on 2525 with 1 hooks",
            "hook Quiet ENFORCE Optional.empty ACCEPT TEMPORARY",
            "listener any start on 0 with 0 hooks")
        .endsWith("queue close", "chain close", "directory close")
        .contains("listener in stop", "listener any stop");
  }

  @Test
  void leavesOutAListenerWhosePortIsZero() throws Exception {
    assertThat(assemble(Map.of()).listeners())
        .extracting(Listener::name)
        .containsExactly("in", "any");
    assertThat(assemble(Map.of("OFF", "26")).listeners())
        .extracting(Listener::name)
        .containsExactly("in", "off", "any");
  }

  @Test
  void twoListenersOnOnePortAreRefused() throws Exception {
    assertThat(problemsOf(SERVER
            .replace("${env:OFF:-0}", "2525")
            .replace("<port>auto</port>", "\n<port>2525</port>")))
        .containsExactly(
            "server.xml:6:42: listener 'off' is to listen on port 2525 of 127.0.0.1, but listener 'in' at server.xml:5:41"
                + " has port 2525 of 127.0.0.1: one of them needs another port or bind",
            "server.xml:8:1: listener 'any' is to listen on port 2525 of 127.0.0.1, but listener 'in' at server.xml:5:41"
                + " has port 2525 of 127.0.0.1: one of them needs another port or bind");
  }

  @Test
  void portsThatTheSystemChoosesAndListenersThatAreOffClashWithNone() throws Exception {
    assertThat(assemble(Map.of("OFF", "auto")).listeners()).hasSize(3);
    write("server.xml", SERVER.replace("<port>2525</port>", "<port>0</port>"));
    assertThat(assemble(Map.of()).listeners()).hasSize(1);
  }

  @Test
  void readsHowAHookIsUsed() throws Exception {
    write(
        "server.xml",
        SERVER.replace(
            "<hook name=\"Quiet\"/>",
            "<hook name=\"Quiet\"/><hook name=\"Quiet\" mode=\"warn\" timeout=\"5s\" onTimeout=\"temporary\""
                + " onFailure=\"accept\"/>"));
    assemble(Map.of()).start();
    assertThat(TestPlugin.LOG)
        .contains(
            "hook Quiet ENFORCE Optional.empty ACCEPT TEMPORARY",
            "hook Quiet WARN Optional[PT5S] TEMPORARY ACCEPT");
  }

  @Test
  void saysWhereAHookIsUsedWrongly() throws Exception {
    assertThat(problemsOf(SERVER.replace(
            "<hook name=\"Quiet\"/>",
            "\n<hook name=\"Quiet\" mode=\"loud\"\n timeout=\"0\"\n onTimeot=\"accept\"/>")))
        .containsExactly(
            "server.xml:8:2: unknown attribute 'onTimeot' of <hook>; did you mean 'onTimeout'?",
            "server.xml:6:20: attribute 'mode' of <hook>: 'loud' isn't one of: enforce, warn",
            "server.xml:7:2: attribute 'timeout' of <hook>: must be more than 0");
  }

  @Test
  void readsIdentityFromVariablesWithDefaults() throws Exception {
    Server server = assemble(Map.of());
    assertThat(server.environment().hostname()).isEqualTo("mx.example.org");
    assertThat(server.environment().postmaster()).hasToString("postmaster@mx.example.org");
    assertThat(assemble(Map.of("NAME", "other.example")).environment().hostname())
        .isEqualTo("other.example");
  }

  @Test
  void checkingWritesNothing() throws Exception {
    assemble(Map.of());
    try (Stream<Path> files = Files.list(home)) {
      assertThat(files).containsExactly(layout.configuration());
    }
    assertThat(TestPlugin.LOG).isEmpty();
  }

  @Test
  void stopsEverythingWhenAListenerCannotBind() throws Exception {
    write("server.xml", SERVER.replace("<port>auto</port>", "<port>1</port>"));
    Server server = assemble(Map.of());
    assertThatThrownBy(server::start)
        .isInstanceOf(StartException.class)
        .hasMessage("listener 'any' could not start: port 1 is taken");
    assertThat(server.isRunning()).isFalse();
    assertThat(TestPlugin.LOG)
        .contains("listener in stop", "queue close")
        .endsWith("directory close");
  }

  @Test
  void reportsTheProblemsOfAllFilesAtOnce() throws IOException {
    write("queue.xml", "<queue typ='memory'/>");
    write("dns.xml", "<dns type='memmory'><server>x</server></dns>");
    Files.delete(layout.configuration().resolve("directory.xml"));
    assertThat(problemsOf("""
        <server>
          <hostnam>x</hostnam>
          <hostname>a b</hostname>
          <shutdownGrace>25</shutdownGrace>
          <tls><cert>x</cert></tls>
          <listeners>
            <lisener/>
            <listener name="a" protocol="tests"/>
            <listener name="b" protocol="test"><prot>25</prot></listener>
            <listener name="b" protocol="test"><hooks><hook name="Loud"/></hooks></listener>
            <listener protocol="test"><port>x</port></listener>
          </listeners>
        </server>
        """))
        .containsExactlyInAnyOrder(
            "server.xml:2:3: unknown element <hostnam> in <server>; did you mean 'hostname'?",
            "server.xml:3:3: hostname 'a b' isn't a domain name; set the server's fully qualified name",
            "server.xml:4:3: setting 'shutdownGrace' of server: '25' has no unit: ms, s, m, h, d",
            "server.xml:1:1: <server> needs <store type=\"…\">: where local mail lies",
            "server.xml:5:8: unknown setting 'cert' of tls; known: certificate, key, keystore, keystorePassword,"
                + " protocols",
            "server.xml:7:5: unknown element <lisener> in <listeners>; did you mean 'listener'?",
            "server.xml:8:24: unknown protocol 'tests'; did you mean 'test'?",
            "server.xml:9:40: unknown setting 'prot' of protocol test; did you mean 'port'?",
            "server.xml:10:15: two listeners have the name 'b'",
            "server.xml:10:53: unknown SMTP hook 'Loud'; known: Quiet",
            "server.xml:11:5: <listener> needs the attribute 'name'",
            "server.xml:11:31: setting 'port' of protocol test: 'x' isn't a port",
            "queue.xml:1:8: unknown attribute 'typ' of <queue>; did you mean 'type'?",
            "queue.xml:1:1: <queue> needs the attribute 'type'",
            "dns.xml:1:6: unknown resolver type 'memmory'; did you mean 'memory'?",
            "directory.xml: the file doesn't exist");
  }

  @Test
  void wiresNothingThatIsNotBound() throws Exception {
    Server server = assemble(Map.of());
    assertThatThrownBy(() -> server.get(NoChain.class)).isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(
            () -> ServerAssembly.assemble(layout, new Variables(n -> null, n -> null), List.of()))
        .isInstanceOf(CreationException.class);
  }
}
