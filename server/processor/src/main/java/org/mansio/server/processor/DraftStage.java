package org.mansio.server.processor;

import java.util.List;
import java.util.Map;
import org.mansio.server.kernel.config.Location;

/**
 * A mailet in its place while the chain is being checked.
 *
 * @param mailetName its name in the chain
 * @param targets processors that its settings and exception rules name
 * @param shownSettings for listings, secrets hidden
 */
record DraftStage(
    Stage stage,
    String mailetName,
    List<Target> targets,
    Map<String, String> shownSettings,
    Location location) {

  /**
   * A processor that is named somewhere.
   *
   * @param source what names it, for messages
   */
  record Target(String processor, String source, Location location) {}

  /** Whether all mail that comes here ends here. */
  boolean takesAll() {
    return stage.condition().isAll()
        && stage.ends()
        && !(stage.onMailetException() instanceof MailetFailureRule.Ignore);
  }
}
