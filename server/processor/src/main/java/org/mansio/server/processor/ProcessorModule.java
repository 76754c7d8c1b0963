package org.mansio.server.processor;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import org.mansio.server.kernel.Chain;

/** Makes the mailet container the server's chain. */
public final class ProcessorModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(Chain.class).to(MailetContainer.class);
    bind(MailetContainer.class).in(Singleton.class);
  }
}
