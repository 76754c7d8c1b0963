package org.mansio.server.admin.operations;

import java.nio.file.Path;
import java.util.List;
import org.mansio.server.admin.PluginView;
import org.mansio.server.admin.PluginsMXBean;
import org.mansio.server.kernel.plugin.PluginRegistry;

/** What was loaded. */
public final class PluginOperations implements PluginsMXBean {
  private final PluginRegistry plugins;

  public PluginOperations(PluginRegistry plugins) {
    this.plugins = plugins;
  }

  @Override
  public List<PluginView> list() {
    return plugins.plugins().stream()
        .map(p -> new PluginView(
            p.name(),
            p.version(),
            p.spiVersion(),
            p.directory().map(Path::toString).orElse("built in"),
            p.contributions()))
        .toList();
  }
}
