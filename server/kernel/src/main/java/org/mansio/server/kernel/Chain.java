package org.mansio.server.kernel;

import java.util.List;
import org.mansio.server.kernel.config.ConfigurationException;
import org.mansio.server.kernel.config.Problems;
import org.mansio.spi.queue.MailProcessor;
import org.mansio.spi.queue.SpooledMail;

/** The chain of mailets as the kernel and the operator see it. Thread-safe after {@link #load}. */
public interface Chain extends MailProcessor, AutoCloseable {
  /** Reads and checks the chain and puts it in force; opens and starts nothing. With errors none is in force. */
  void load(Problems problems);

  /**
   * Reads the chain anew and, when nothing is wrong with it, puts it in the old one's place at once. Mail under way ends
   * its run in the old one, whose mailets are closed after that.
   *
   * @throws ConfigurationException when something is wrong; the old chain stays in force
   */
  void reload() throws ConfigurationException;

  /** The chain in force, in the order of the file. */
  List<ProcessorDescription> describe();

  /**
   * Takes a mail through the chain in force as {@link #process} would, but without effect: nothing is queued, delivered, written
   * or recorded. Mailets that may not run in a simulation are left out.
   */
  Simulation simulate(SpooledMail mail);

  /** Closes all mailets; mail under way ends its run first. */
  @Override
  void close();
}
