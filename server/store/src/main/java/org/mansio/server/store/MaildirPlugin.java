package org.mansio.server.store;

import java.util.List;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.store.MailStoreFactory;

/** Brings the store {@code maildir}. */
public final class MaildirPlugin implements Plugin {
  @Override
  public String name() {
    return "maildir";
  }

  @Override
  public String version() {
    String version = MaildirPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<MailStoreFactory> stores() {
    return List.of(new MaildirStoreFactory());
  }
}
