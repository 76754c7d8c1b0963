package org.mansio.server.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import org.mansio.server.kernel.config.ConfigurationFiles;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.server.kernel.tls.ReloadingTls;
import org.mansio.server.kernel.trace.FileTraceLog;
import org.mansio.spi.Environment;
import org.mansio.spi.ServerTls;
import org.mansio.spi.Services;
import org.mansio.spi.admin.AdminBean;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.Transports;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.trace.TraceLog;

/**
 * What the kernel offers for injection. Another module must bind {@link Chain}; any may add a {@link Component} or an
 * {@link AdminBean} to the sets.
 */
final class KernelModule extends AbstractModule {
  private final Layout layout;
  private final ConfigurationFiles files;
  private final ServerServices services;
  private final PluginRegistry plugins;
  private final TransportRegistry transports;
  private final FileTraceLog trace;
  private final ReloadingTls tls;
  private final ListenersHolder listeners;

  KernelModule(
      Layout layout,
      ConfigurationFiles files,
      ServerServices services,
      PluginRegistry plugins,
      TransportRegistry transports,
      FileTraceLog trace,
      ReloadingTls tls,
      ListenersHolder listeners) {
    this.layout = layout;
    this.files = files;
    this.services = services;
    this.plugins = plugins;
    this.transports = transports;
    this.trace = trace;
    this.tls = tls;
    this.listeners = listeners;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    binder().requireAtInjectOnConstructors();
    bind(Layout.class).toInstance(layout);
    bind(ConfigurationFiles.class).toInstance(files);
    bind(Environment.class).toInstance(services.environment());
    bind(Services.class).toInstance(services);
    bind(PluginRegistry.class).toInstance(plugins);
    bind(TransportRegistry.class).toInstance(transports);
    bind(Transports.class).toInstance(transports);
    bind(TraceLog.class).toInstance(trace);
    bind(FileTraceLog.class).toInstance(trace);
    bind(ServerTls.class).toInstance(tls);
    bind(ReloadingTls.class).toInstance(tls);
    bind(MailQueue.class).toInstance(services.queue());
    bind(UserDirectory.class).toInstance(services.users());
    bind(AliasTable.class).toInstance(services.aliases());
    bind(LocalRecipients.class).toInstance(services.recipients());
    bind(MailStore.class).toInstance(services.store());
    bind(DnsResolver.class).toInstance(services.dns());
    // Listeners are made after the injector; ask for a Provider<Listeners> in constructors.
    bind(Listeners.class).toProvider(listeners);
    requireBinding(Chain.class);
    Multibinder.newSetBinder(binder(), Component.class);
    Multibinder.newSetBinder(binder(), AdminBean.class);
  }
}
