package org.mansio.server.directory;

import org.mansio.spi.directory.AliasTable;
import org.mansio.spi.directory.DirectoryFactory;
import org.mansio.spi.directory.LocalRecipients;
import org.mansio.spi.directory.UserDirectory;

/** The three views of one database. */
record SqlDirectory(
    Database database, UserDirectory users, AliasTable aliases, LocalRecipients recipients)
    implements DirectoryFactory.Directory {
  @Override
  public void open() {
    database.open();
  }

  @Override
  public void close() {
    database.close();
  }
}
