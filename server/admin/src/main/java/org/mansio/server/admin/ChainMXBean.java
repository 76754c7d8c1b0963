package org.mansio.server.admin;

import java.util.List;

/** The chain in force. */
public interface ChainMXBean {
  /** All mailets, processor by processor, in the order they run. */
  List<ChainStep> show();
}
