package org.mansio.server.admin.operations;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.management.MBeanServer;
import org.jspecify.annotations.Nullable;
import org.mansio.server.kernel.Component;
import org.mansio.spi.admin.AdminBean;

/** Opens the operations last and closes them first, so that they never meet a part that isn't there. */
final class Administration implements Component {
  private final Supplier<MBeanServer> server;
  private final Supplier<List<AdminBean>> beans;
  private @Nullable AdminRegistry registry;

  /**
   * @param server asked at start
   * @param beans asked at start, when everything they speak to works
   */
  Administration(Supplier<MBeanServer> server, Supplier<List<AdminBean>> beans) {
    this.server = server;
    this.beans = beans;
  }

  @Override
  public String name() {
    return "administration";
  }

  @Override
  public Phase phase() {
    return Phase.ADMINISTRATION;
  }

  @Override
  public void start() {
    AdminRegistry opened = new AdminRegistry(server.get());
    registry = opened;
    try {
      beans.get().forEach(opened::register);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public void stop(Duration grace) {
    if (registry != null) {
      registry.close();
    }
  }
}
