package org.mansio.server.admin;

import java.util.List;

/** Whether the server does its work, asked now and answered within seconds. */
public interface HealthMXBean {
  /** Each component: queue, directory, disk, and each listener. */
  List<HealthStatus> check();

  /** Whether all components are up. */
  boolean isUp();
}
