package org.mansio.server.admin;

import java.util.List;

/** The protocols on their ports. */
public interface ListenersMXBean {
  List<ListenerView> list();
}
