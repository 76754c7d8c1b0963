package org.mansio.queue.activemq;

import java.util.List;
import java.util.Optional;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.queue.MailQueueFactory;

/** Contributes the queue {@code activemq}. */
public final class ActiveMqPlugin implements Plugin {
  @Override
  public String name() {
    return "activemq-queue";
  }

  @Override
  public String version() {
    return Optional.ofNullable(getClass().getPackage().getImplementationVersion())
        .orElse("development");
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<MailQueueFactory> queues() {
    return List.of(new ActiveMqQueueFactory());
  }
}
