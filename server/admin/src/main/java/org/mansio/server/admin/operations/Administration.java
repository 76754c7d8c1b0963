package org.mansio.server.admin.operations;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.management.MBeanServer;
import org.mansio.server.kernel.Component;
import org.mansio.spi.admin.AdminBean;

/** Opens the operations last and closes them first, so that they never meet a part that isn't there. */
final class Administration implements Component {
  private final AdminRegistry registry;
  private final Supplier<List<AdminBean>> beans;

  /** @param beans asked at start, when everything they speak to works */
  Administration(MBeanServer server, Supplier<List<AdminBean>> beans) {
    this.registry = new AdminRegistry(server);
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
    try {
      beans.get().forEach(registry::register);
    } catch (RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  @Override
  public void stop(Duration grace) {
    registry.close();
  }
}
