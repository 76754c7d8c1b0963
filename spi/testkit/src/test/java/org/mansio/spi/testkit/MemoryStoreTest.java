package org.mansio.spi.testkit;

import org.mansio.spi.store.MailStore;
import org.mansio.spi.testkit.store.MailStoreContract;

class MemoryStoreTest extends MailStoreContract {
  private final MemoryStore store = new MemoryStore();

  @Override
  protected MailStore open() {
    return store;
  }
}
