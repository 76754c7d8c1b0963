package org.mansio.server.admin;

import java.util.List;

/** What extends this server, the built-in parts included. */
public interface PluginsMXBean {
  List<PluginView> list();
}
