package org.mansio.server.directory;

import java.util.List;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.directory.DirectoryFactory;

/** Brings the directory {@code sql}. */
public final class SqlDirectoryPlugin implements Plugin {
  @Override
  public String name() {
    return "sql-directory";
  }

  @Override
  public String version() {
    String version = SqlDirectoryPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<DirectoryFactory> directories() {
    return List.of(new SqlDirectoryFactory());
  }
}
