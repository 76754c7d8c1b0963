package org.mansio.spi.queue;

import org.mansio.spi.Environment;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.trace.TraceLog;

/** Makes the queue that {@code queue.xml} names. */
public interface MailQueueFactory {
  /** The name in {@code queue.xml}, such as {@code activemq}. */
  String name();

  String description();

  SettingSchema settings();

  /**
   * The queue, not yet open. Also called by {@code mansio check}: opens nothing, starts nothing.
   *
   * @throws InvalidSettingException when the settings don't fit together
   */
  MailQueue create(Settings settings, Environment environment, TraceLog trace)
      throws InvalidSettingException;
}
