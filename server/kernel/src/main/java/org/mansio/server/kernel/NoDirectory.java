package org.mansio.server.kernel;

import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.DirectoryFactory.Directory;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.UserDirectory;

/** Stands for a directory whose configuration has errors, while the rest is checked. */
final class NoDirectory implements Directory {
  @Override
  public UserDirectory users() {
    return Unavailable.of(UserDirectory.class);
  }

  @Override
  public AliasTable aliases() {
    return Unavailable.of(AliasTable.class);
  }

  @Override
  public LocalRecipients recipients() {
    return Unavailable.of(LocalRecipients.class);
  }

  @Override
  public void open() {
    throw new IllegalStateException("a server with errors in its configuration doesn't start");
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
