package org.mansio.server.kernel;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.Stage;
import com.google.inject.TypeLiteral;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.ConfigurationException;
import org.mansio.server.kernel.config.ConfigurationFiles;
import org.mansio.server.kernel.config.Grammar;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.Variables;
import org.mansio.server.kernel.login.LockingGuard;
import org.mansio.server.kernel.login.MechanismReader;
import org.mansio.server.kernel.plugin.Catalogue;
import org.mansio.server.kernel.plugin.PluginContext;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.server.kernel.tls.ReloadingTls;
import org.mansio.server.kernel.trace.FileTraceLog;
import org.mansio.spi.Environment;
import org.mansio.spi.directory.DirectoryFactory;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.DnsResolverFactory;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.MailQueueFactory;
import org.mansio.spi.sasl.LoginGuard;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.smtp.OutboundSmtp;
import org.mansio.spi.smtp.OutboundSmtpFactory;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.store.MailStoreFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a server out of an installation's folders: reads the plugins and the files, checks everything, wires the parts.
 * That is what {@code mansio check} does too; it opens no file for writing, no socket and no database.
 *
 * <pre>{@code
 * Server server = ServerAssembly.assemble(Layout.below(home), Variables.ofProcess(), List.of(new ProcessorModule()));
 * server.start();
 * }</pre>
 */
public final class ServerAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(ServerAssembly.class);

  private final Layout layout;
  private final ConfigurationFiles files;
  private final Problems problems;
  private final List<Component> components = new ArrayList<>();

  private ServerAssembly(Layout layout, Variables variables, Problems problems) {
    this.layout = layout;
    this.problems = problems;
    this.files = new ConfigurationFiles(layout.configuration(), variables);
  }

  /**
   * Checks and wires a server.
   *
   * @param variables what {@code ${env:…}} and {@code ${sys:…}} stand for
   * @param modules bind {@link Chain}, and whatever else belongs to the server
   * @throws ConfigurationException with every problem there is
   */
  public static Server assemble(Layout layout, Variables variables, List<Module> modules)
      throws ConfigurationException {
    return assemble(layout, variables, modules, new Problems());
  }

  /**
   * The same behind checks of other parts.
   *
   * @param found what those found; reported together with the rest
   */
  public static Server assemble(
      Layout layout, Variables variables, List<Module> modules, Problems found)
      throws ConfigurationException {
    ClassLoader application = ServerAssembly.class.getClassLoader();
    return new ServerAssembly(layout, variables, found).assemble(application, modules);
  }

  private Server assemble(ClassLoader application, List<Module> modules)
      throws ConfigurationException {
    PluginRegistry plugins = PluginRegistry.load(layout.plugins(), application, problems);
    try {
      Server server = assemble(plugins, modules);
      problems.throwIfErrors();
      server.warnings().forEach(warning -> LOG.warn("{}", warning));
      return server;
    } catch (ConfigurationException | RuntimeException e) {
      plugins.close();
      throw e;
    }
  }

  private Server assemble(PluginRegistry plugins, List<Module> modules) {
    ServerFile file = ServerFile.read(files, problems);
    Environment environment =
        new Environment(file.hostname(), file.postmaster(), layout.configuration(), layout.data());
    FileTraceLog trace =
        new FileTraceLog(layout.data().resolve("trace"), file.trace(), Clock.systemUTC());
    ReloadingTls tls = new ReloadingTls(file.tls(), environment, file.tlsLocation(), problems);
    TransportRegistry transports = new TransportRegistry();
    ListenersHolder holder = new ListenersHolder();
    ServerServices services = services(file, environment, plugins, transports, trace, tls, holder);
    List<SmtpExtension> extensions =
        new ExtensionReader(plugins, services, problems).read(file.extensions());
    plugins.activate(services, problems);

    List<Module> all = new ArrayList<>(modules);
    all.add(new KernelModule(layout, files, services, plugins, transports, trace, tls, holder));
    Injector injector = Guice.createInjector(Stage.PRODUCTION, all);

    Chain chain = injector.getInstance(Chain.class);
    chain.load(problems);
    List<SaslMechanism> mechanisms =
        new MechanismReader(plugins.mechanisms(), services, problems).read(file.sasl());
    Listeners listeners = new ListenerReader(plugins, services, extensions, mechanisms, problems)
        .read(file.listeners());
    holder.set(listeners);
    components.addAll(new BackgroundReader(plugins, services, problems).read(file.background()));
    components.add(Components.of(
        "folders", Component.Phase.TRACE, this::makeFolders, grace -> plugins.close()));
    components.add(trace);
    components.add(tls);
    components.add(Components.closing("transports", Component.Phase.CHAIN, transports));
    components.add(Components.closing("chain", Component.Phase.CHAIN, chain));
    components.add(Components.closing("SMTP probe", Component.Phase.CHAIN, plugins.probe()));
    components.add(Components.queue(services.queue()));
    components.add(Components.processing(services.queue(), chain, transports));
    components.add(Components.listeners(listeners));
    components.addAll(injector.getInstance(Key.get(new TypeLiteral<Set<Component>>() {})));
    List<Problem> warnings = problems.warnings();
    return new Server(injector, new LifeCycle(components), file.shutdownGrace(), warnings);
  }

  private ServerServices services(
      ServerFile file,
      Environment environment,
      PluginRegistry plugins,
      TransportRegistry transports,
      FileTraceLog trace,
      ReloadingTls tls,
      ListenersHolder listeners) {
    Optional<Directory> directory = directory(environment, plugins);
    Optional<MailStore> store = file.store()
        .flatMap(e ->
            FactoryChoice.read(e, "type", plugins.stores(), MailStoreFactory::settings, problems))
        .flatMap(c -> c.make((f, s) -> f.create(s, environment), "store", problems))
        .map(s -> PluginContext.wrap(MailStore.class, s));
    store.ifPresent(s -> components.add(Components.closing("store", Component.Phase.DIRECTORY, s)));
    Optional<DnsResolver> dns = file("dns.xml", "dns")
        .flatMap(e -> FactoryChoice.read(
            e, "type", plugins.resolvers(), DnsResolverFactory::settings, problems))
        .flatMap(c -> c.make((f, s) -> f.create(s, environment), "DNS resolver", problems))
        .map(d -> PluginContext.wrap(DnsResolver.class, d));
    dns.ifPresent(
        d -> components.add(Components.closing("DNS resolver", Component.Phase.DIRECTORY, d)));
    Optional<MailQueue> queue = file("queue.xml", "queue")
        .flatMap(e ->
            FactoryChoice.read(e, "type", plugins.queues(), MailQueueFactory::settings, problems))
        .flatMap(c -> c.make((f, s) -> f.create(s, environment, trace), "queue", problems))
        .map(q -> PluginContext.wrap(MailQueue.class, q));
    Directory users = directory.orElseGet(NoDirectory::new);
    DnsResolver resolver = dns.orElseGet(() -> Unavailable.of(DnsResolver.class));
    return new ServerServices(
        environment,
        queue.orElseGet(() -> Unavailable.of(MailQueue.class)),
        users.users(),
        users.aliases(),
        users.recipients(),
        store.orElseGet(() -> Unavailable.of(MailStore.class)),
        resolver,
        transports,
        trace,
        tls,
        outboundSmtp(environment, plugins, resolver),
        listeners::find,
        question -> plugins.probe().ask(question),
        guard(file, users.users()));
  }

  private LoginGuard guard(ServerFile file, UserDirectory users) {
    try {
      return new LockingGuard(file.loginGuard(), users::addressOf, Clock.systemUTC());
    } catch (InvalidSettingException e) {
      problems.error(file.loginGuardLocation(), "loginGuard: " + e.getMessage());
      return Unavailable.of(LoginGuard.class);
    }
  }

  private OutboundSmtp outboundSmtp(
      Environment environment, PluginRegistry plugins, DnsResolver dns) {
    Catalogue<OutboundSmtpFactory> clients = plugins.outboundSmtp();
    Optional<OutboundSmtp> outbound = clients
        .find(PluginRegistry.SESSIONS)
        .flatMap(found -> clients.ask(
            PluginRegistry.SESSIONS,
            "create",
            factory -> factory.create(environment, dns),
            clients.locationOf(PluginRegistry.SESSIONS),
            problems));
    outbound.ifPresent(
        o -> components.add(Components.closing("outbound SMTP", Component.Phase.CHAIN, o)));
    return outbound.orElseGet(() -> Unavailable.of(OutboundSmtp.class));
  }

  private Optional<Directory> directory(Environment environment, PluginRegistry plugins) {
    Optional<Directory> directory = file("directory.xml", "directory")
        .flatMap(e -> FactoryChoice.read(
            e, "type", plugins.directories(), DirectoryFactory::settings, problems))
        .flatMap(c -> c.make((f, s) -> f.create(s, environment), "directory", problems))
        .map(d -> PluginContext.wrap(Directory.class, d));
    directory.ifPresent(d -> components.add(Components.directory(d)));
    return directory;
  }

  private Optional<ConfigElement> file(String fileName, String rootName) {
    Optional<ConfigElement> root = files.read(fileName, rootName, problems);
    root.ifPresent(element -> Grammar.attributes(element, problems, "type"));
    return root;
  }

  private void makeFolders() throws IOException {
    Files.createDirectories(layout.data());
    Files.createDirectories(layout.logs());
  }
}
