package org.mansio.server.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.mansio.spi.Environment;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.DirectoryFactory;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.dns.DnsResolverFactory;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.MailQueueFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpHook;
import org.mansio.spi.smtp.SmtpHookFactory;
import org.mansio.spi.store.MailStore;
import org.mansio.spi.store.MailStoreFactory;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.trace.TraceLog;

/** Everything a server needs, in memory; tells what is opened and closed. */
public final class TestPlugin implements Plugin {
  static final List<String> LOG = Collections.synchronizedList(new ArrayList<>());

  private final FakeServices fakes = new FakeServices();

  @Override
  public String name() {
    return "test";
  }

  @Override
  public String version() {
    return "0";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<DirectoryFactory> directories() {
    return List.of(new MemoryDirectories());
  }

  @Override
  public List<MailStoreFactory> stores() {
    return List.of(new MemoryStores() {
      @Override
      public MailStore create(Settings settings, Environment environment) {
        return fakes.store;
      }
    });
  }

  @Override
  public List<DnsResolverFactory> resolvers() {
    return List.of(new MemoryResolvers() {
      @Override
      public DnsResolver create(Settings settings, Environment environment) {
        return fakes.dns;
      }
    });
  }

  @Override
  public List<MailQueueFactory> queues() {
    return List.of(new MemoryQueues() {
      @Override
      public MailQueue create(Settings settings, Environment environment, TraceLog trace) {
        return LoggedQueue.of(fakes.queue);
      }
    });
  }

  @Override
  public List<ListenerFactory> listeners() {
    return List.of(new TestListeners());
  }

  @Override
  public List<SmtpHookFactory> smtpHooks() {
    return List.of(new SmtpHookFactory() {
      @Override
      public String name() {
        return "Quiet";
      }

      @Override
      public String description() {
        return "Says nothing.";
      }

      @Override
      public SmtpHook create(Settings settings, org.mansio.spi.Services services) {
        return () -> "Quiet";
      }
    });
  }

  /** What all that lies in memory has in common. */
  private abstract static class InMemory {
    public String name() {
      return "memory";
    }

    public String description() {
      return "In memory.";
    }

    public SettingSchema settings() {
      return SettingSchema.none();
    }
  }

  private abstract static class MemoryStores extends InMemory implements MailStoreFactory {}

  private abstract static class MemoryResolvers extends InMemory implements DnsResolverFactory {}

  private abstract static class MemoryQueues extends InMemory implements MailQueueFactory {}

  /** A queue whose calls are told. */
  private static final class LoggedQueue {
    static MailQueue of(MailQueue queue) {
      return (MailQueue) java.lang.reflect.Proxy.newProxyInstance(
          MailQueue.class.getClassLoader(),
          new Class<?>[] {MailQueue.class},
          (proxy, method, arguments) -> {
            LOG.add("queue " + method.getName());
            return method.invoke(queue, arguments);
          });
    }
  }

  private final class MemoryDirectories extends InMemory
      implements DirectoryFactory, DirectoryFactory.Directory {
    @Override
    public Directory create(Settings settings, Environment environment) {
      return this;
    }

    @Override
    public UserDirectory users() {
      return fakes.users();
    }

    @Override
    public AliasTable aliases() {
      return fakes.aliases();
    }

    @Override
    public LocalRecipients recipients() {
      return fakes.recipients();
    }

    @Override
    public void open() {
      LOG.add("directory open");
    }

    @Override
    public void close() {
      LOG.add("directory close");
    }
  }

  /** Listeners that bind nothing, but refuse port 1. */
  private static final class TestListeners implements ListenerFactory {
    static final Setting<Integer> PORT = Setting.of(
            "port",
            new Setting.Type<>("port or auto", Setting.Kind.PLAIN, TestListeners::parsePort),
            "The port.")
        .defaultsTo("25");

    private static int parsePort(String text) throws InvalidSettingException {
      if (text.equals("auto")) {
        return 0;
      }
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw new InvalidSettingException("'" + text + "' isn't a port");
      }
    }

    @Override
    public String protocol() {
      return "test";
    }

    @Override
    public String description() {
      return "Binds nothing.";
    }

    @Override
    public SettingSchema settings() {
      return SettingSchema.of(PORT);
    }

    @Override
    public Listener create(String name, Settings settings, Context context) {
      int port = settings.get(PORT);
      int hooks = context.hooks().size();
      return new Listener() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public String protocol() {
          return "test";
        }

        @Override
        public void start() throws java.io.IOException {
          if (port == 1) {
            throw new java.io.IOException("port 1 is taken");
          }
          LOG.add("listener " + name + " start on " + port + " with " + hooks + " hooks");
          context
              .hooks()
              .forEach(use -> LOG.add("hook " + use.hook().name() + " " + use.mode() + " "
                  + use.timeout() + " " + use.onTimeout() + " " + use.onFailure()));
        }

        @Override
        public void stop(Duration grace) {
          LOG.add("listener " + name + " stop");
        }

        @Override
        public List<InetSocketAddress> configuredAddresses() {
          return addresses();
        }

        @Override
        public List<InetSocketAddress> addresses() {
          return List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }

        @Override
        public int connections() {
          return 0;
        }
      };
    }
  }
}
