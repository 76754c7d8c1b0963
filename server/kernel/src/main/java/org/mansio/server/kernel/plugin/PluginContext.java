package org.mansio.server.kernel.plugin;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.background.BackgroundService;
import org.mansio.spi.background.BackgroundServiceFactory;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.DirectoryFactory;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.DnsResolverFactory;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.listener.TurnableListener;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.MailQueueFactory;
import org.mansio.spi.queue.QueueControl;
import org.mansio.spi.queue.Transport;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.smtp.OutboundSession;
import org.mansio.spi.smtp.OutboundSmtp;
import org.mansio.spi.smtp.OutboundSmtpFactory;
import org.mansio.spi.smtp.RelayingExtension;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpExtensionFactory;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpProbe;
import org.mansio.spi.smtp.SmtpVerb;
import org.mansio.spi.smtp.TurningVerb;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.store.MailStoreFactory;

/**
 * Runs what a plugin made with the plugin's class loader as context class loader: libraries that look services or
 * resources up through it find the plugin's own. What comes from the application's class path is left as it is, so the
 * server's own parts pay nothing.
 */
public final class PluginContext implements InvocationHandler {
  /** What the server calls; values (records, results) are passed on unwrapped. */
  private static final Set<Class<?>> CALLED = Set.of(
      MailetFactory.class,
      Mailet.class,
      MatcherFactory.class,
      Matcher.class,
      ListenerFactory.class,
      Listener.class,
      TurnableListener.class,
      SmtpExtensionFactory.class,
      SmtpExtension.class,
      RelayingExtension.class,
      SmtpVerb.class,
      TurningVerb.class,
      SmtpParameter.OfMail.class,
      SmtpParameter.OfRcpt.class,
      SmtpHookFactory.class,
      SmtpHook.class,
      OutboundSmtpFactory.class,
      OutboundSmtp.class,
      OutboundSession.class,
      BackgroundServiceFactory.class,
      BackgroundService.class,
      SmtpProbe.class,
      SaslMechanismFactory.class,
      SaslMechanism.class,
      SaslMechanism.SaslExchange.class,
      DirectoryFactory.class,
      DirectoryFactory.Directory.class,
      UserDirectory.class,
      AliasTable.class,
      LocalRecipients.class,
      MailStoreFactory.class,
      MailStore.class,
      MailQueueFactory.class,
      MailQueue.class,
      QueueControl.class,
      Transport.class,
      DnsResolverFactory.class,
      DnsResolver.class);

  private final Object target;
  private final ClassLoader loader;

  private PluginContext(Object target, ClassLoader loader) {
    this.target = target;
    this.loader = loader;
  }

  /**
   * The object, wrapped when a plugin's class loader defined its class.
   *
   * @param type an interface of the SPI
   */
  public static <T> T wrap(Class<T> type, T object) {
    return type.cast(wrapIfForeign(object));
  }

  /** The class that a plugin gave to what it made, wrapped or not; for messages. */
  public static String className(Object object) {
    boolean wrapped = Proxy.isProxyClass(object.getClass())
        && Proxy.getInvocationHandler(object) instanceof PluginContext;
    Object own = wrapped ? ((PluginContext) Proxy.getInvocationHandler(object)).target : object;
    return own.getClass().getName();
  }

  /** Calls a plugin itself, under its class loader. */
  static <T> T runIn(Object plugin, Supplier<T> call) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(plugin.getClass().getClassLoader());
    try {
      return call.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Object wrapIfForeign(Object object) {
    if (!(object.getClass().getClassLoader() instanceof PluginClassLoader loader)) {
      return object;
    }
    Set<Class<?>> interfaces = sharedInterfaces(object.getClass());
    if (interfaces.stream().noneMatch(CALLED::contains)) {
      return object;
    }
    return Proxy.newProxyInstance(
        Mailet.class.getClassLoader(),
        interfaces.toArray(Class<?>[]::new),
        new PluginContext(object, loader));
  }

  private static Set<Class<?>> sharedInterfaces(Class<?> type) {
    Set<Class<?>> result = new LinkedHashSet<>();
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Class<?> candidate : c.getInterfaces()) {
        // Besides those of the SPI: what can be closed has to be, such as a store.
        boolean shared = candidate == AutoCloseable.class
            || candidate.getClassLoader() == Mailet.class.getClassLoader();
        if (shared && !candidate.isSealed()) {
          result.add(candidate);
        } else {
          result.addAll(sharedInterfaces(candidate));
        }
      }
    }
    return result;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("equals") && arguments != null && arguments.length == 1) {
      return proxy == arguments[0];
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return wrapResult(method.invoke(target, arguments));
    } catch (InvocationTargetException e) {
      throw Objects.requireNonNullElse(e.getCause(), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static @Nullable Object wrapResult(@Nullable Object result) {
    if (result instanceof List<?> list) {
      return list.stream().map(PluginContext::wrapIfForeign).toList();
    }
    return result == null ? null : wrapIfForeign(result);
  }
}
