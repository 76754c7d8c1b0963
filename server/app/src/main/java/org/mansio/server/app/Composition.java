package org.mansio.server.app;

import com.google.inject.Module;
import java.util.List;
import java.util.function.Supplier;
import javax.management.MBeanServer;
import org.mansio.server.admin.operations.AdminModule;
import org.mansio.server.kernel.Layout;
import org.mansio.server.kernel.Server;
import org.mansio.server.kernel.ServerAssembly;
import org.mansio.server.kernel.config.ConfigurationException;
import org.mansio.server.kernel.config.ConfigurationFiles;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.Variables;
import org.mansio.server.processor.ProcessorModule;

/**
 * What the product is made of: the chain and the administration join the kernel here; protocols, queue, mailets,
 * directory, store and DNS are on the class path and come as plugins.
 */
final class Composition {
  private Composition() {}

  /**
   * A checked server, not yet started.
   *
   * @param beans where its operations are offered while it runs
   * @throws ConfigurationException with every problem there is
   */
  static Server assemble(Layout layout, Variables variables, Supplier<MBeanServer> beans)
      throws ConfigurationException {
    List<Module> modules =
        List.of(new ProcessorModule(), new AdminModule(beans, Version.current()));
    Problems problems = new Problems();
    LoggingFile.check(new ConfigurationFiles(layout.configuration(), variables), problems);
    return ServerAssembly.assemble(layout, variables, modules, problems);
  }
}
