package org.mansio.server.kernel;

import java.util.List;
import org.mansio.spi.listener.Listener;

/**
 * The listeners of the server, those that are switched off left out.
 *
 * @param all in the order of {@code server.xml}
 */
public record Listeners(List<Listener> all) {
  public Listeners {
    all = List.copyOf(all);
  }
}
