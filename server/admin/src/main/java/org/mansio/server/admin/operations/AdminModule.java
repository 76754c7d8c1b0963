package org.mansio.server.admin.operations;

import ch.qos.logback.classic.LoggerContext;
import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.ProvidesIntoSet;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.management.MBeanServer;
import org.mansio.server.kernel.Chain;
import org.mansio.server.kernel.Component;
import org.mansio.server.kernel.Listeners;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.server.kernel.tls.ReloadingTls;
import org.mansio.spi.Environment;
import org.mansio.spi.Services;
import org.mansio.spi.admin.AdminBean;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** Offers the operations of a server in an MBean server while the server runs. */
public final class AdminModule extends AbstractModule {
  private final Supplier<MBeanServer> beans;
  private final String version;

  /**
   * @param beans asked at start
   * @param version the product's
   */
  public AdminModule(Supplier<MBeanServer> beans, String version) {
    this.beans = beans;
    this.version = version;
  }

  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), AdminBean.class);
  }

  @ProvidesIntoSet
  Component administration(
      Set<AdminBean> added,
      PluginRegistry plugins,
      Services services,
      Chain chain,
      ReloadingTls tls,
      Provider<Listeners> listeners) {
    return new Administration(beans, () -> {
      List<AdminBean> all =
          new java.util.ArrayList<>(own(services, plugins, chain, tls, listeners.get()));
      all.addAll(added);
      all.addAll(plugins.adminBeans().all());
      return all;
    });
  }

  private List<AdminBean> own(
      Services services,
      PluginRegistry plugins,
      Chain chain,
      ReloadingTls tls,
      Listeners listeners) {
    return List.of(
        new AdminBean("Domains", new DomainOperations(services.users())),
        new AdminBean("Users", new UserOperations(services.users())),
        new AdminBean("Logins", new LoginOperations(services.loginGuard())),
        new AdminBean("Aliases", new AliasOperations(services.aliases())),
        new AdminBean("Queue", new QueueOperations(services.queue().control())),
        new AdminBean("QueueFiles", new QueueFileOperations(services.queue())),
        new AdminBean("Trace", new TraceOperations(services.trace())),
        new AdminBean("Chain", new ChainOperations(chain)),
        new AdminBean("Plugins", new PluginOperations(plugins)),
        new AdminBean("Listeners", new ListenerOperations(listeners.all())),
        new AdminBean(
            "Health",
            new HealthOperations(HealthChecks.of(services, tls::validUntil, listeners.all()))),
        new AdminBean("Log", new LogOperations(loggers())),
        new AdminBean("Server", server(services.environment(), chain, tls)));
  }

  private ServerOperations server(Environment environment, Chain chain, ReloadingTls tls) {
    FixedFiles fixed = new FixedFiles(environment.configuration());
    return new ServerOperations(
        version,
        environment,
        List.of(
            new ServerOperations.Reloadable("chain", () -> {
              chain.reload();
              return "the new chain is in force";
            }),
            new ServerOperations.Reloadable("certificates", () -> {
              tls.reload();
              return "read anew for connections from now on; the first ends on " + tls.validUntil();
            }),
            new ServerOperations.Reloadable("other files", fixed::state)));
  }

  private static LoggerContext loggers() {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      return context;
    }
    throw new IllegalStateException("another SLF4J provider than Logback is on the class path: "
        + factory.getClass().getName());
  }
}
