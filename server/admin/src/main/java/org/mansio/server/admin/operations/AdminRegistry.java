package org.mansio.server.admin.operations;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.mansio.server.admin.AdminNames;
import org.mansio.spi.admin.AdminBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The beans of one server in an MBean server. Closing takes them out again. Used by one thread at a time. */
public final class AdminRegistry implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminRegistry.class);

  private final MBeanServer server;
  private final List<ObjectName> registered = new ArrayList<>();

  public AdminRegistry(MBeanServer server) {
    this.server = server;
  }

  /**
   * Registers a bean.
   *
   * @throws IllegalArgumentException when it isn't an MXBean with open types, or another one has its name
   */
  public void register(AdminBean bean) {
    ObjectName name = AdminNames.of(bean.type());
    boolean open = interfacesOf(bean.bean().getClass()).stream().anyMatch(JMX::isMXBeanInterface);
    if (!open) {
      throw new IllegalArgumentException(
          bean.bean().getClass().getName() + " has no public interface whose name ends in MXBean");
    }
    try {
      server.registerMBean(bean.bean(), name);
      registered.add(name);
    } catch (InstanceAlreadyExistsException e) {
      throw new IllegalArgumentException("two admin beans of type " + bean.type(), e);
    } catch (JMException e) {
      throw new IllegalArgumentException(
          "admin bean " + bean.type() + " can't be registered: " + e.getMessage(), e);
    }
  }

  private static List<Class<?>> interfacesOf(Class<?> type) {
    List<Class<?>> found = new ArrayList<>();
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      found.addAll(Arrays.asList(c.getInterfaces()));
    }
    return found;
  }

  @Override
  public void close() {
    for (ObjectName name : registered) {
      try {
        server.unregisterMBean(name);
      } catch (InstanceNotFoundException e) {
        LOG.debug("{} was taken out by someone else", name, e);
      } catch (JMException e) {
        LOG.warn("{} could not be taken out of JMX", name, e);
      }
    }
    registered.clear();
  }
}
