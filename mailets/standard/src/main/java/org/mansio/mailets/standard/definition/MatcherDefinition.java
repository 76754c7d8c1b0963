package org.mansio.mailets.standard.definition;

import org.mansio.spi.Services;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * A matcher factory as a value. Immutable.
 *
 * @param creator makes an instance; its {@link DirectoryException}s that are temporary become {@link TemporaryFailure}s
 */
public record MatcherDefinition(String name, String description, Creator creator)
    implements MatcherFactory {
  /** Makes an instance out of a condition. */
  @FunctionalInterface
  public interface Creator {
    /** @throws InvalidSettingException when the text isn't a condition of this matcher */
    Matcher create(String condition, Services services) throws InvalidSettingException;
  }

  @Override
  public Matcher create(String condition, Services services) throws InvalidSettingException {
    Matcher matcher = creator.create(condition.strip(), services);
    return mail -> {
      try {
        return matcher.match(mail);
      } catch (DirectoryException e) {
        throw temporaryWhereItIs(e);
      }
    };
  }

  static Exception temporaryWhereItIs(DirectoryException e) {
    return e.temporary()
        ? new TemporaryFailure("the directory doesn't answer: " + e.getMessage(), e)
        : e;
  }
}
