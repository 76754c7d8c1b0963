package org.mansio.mailets.standard.definition;

import java.util.function.Predicate;
import org.mansio.spi.Services;
import org.mansio.spi.directory.DirectoryException;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/**
 * A mailet factory as a value. Immutable.
 *
 * @param ending whether a mail never goes on to the next mailet, with these settings
 * @param creator makes an instance; its {@link DirectoryException}s that are temporary become {@link TemporaryFailure}s
 */
public record MailetDefinition(
    String name,
    String description,
    SettingSchema settings,
    Predicate<Settings> ending,
    Creator creator)
    implements MailetFactory {

  /** Makes an instance out of checked settings. */
  @FunctionalInterface
  public interface Creator {
    /** @throws InvalidSettingException when the settings don't fit together */
    Mailet create(Settings settings, Services services) throws InvalidSettingException;
  }

  /** A mailet behind which the mail may go on. */
  public static MailetDefinition of(
      String name, String description, SettingSchema settings, Creator creator) {
    return new MailetDefinition(name, description, settings, set -> false, creator);
  }

  /** The same mailet, which the mail never leaves towards the next one when the condition holds. */
  public MailetDefinition endingWhen(Predicate<Settings> condition) {
    return new MailetDefinition(name, description, settings, condition, creator);
  }

  @Override
  public boolean ends(Settings set) {
    return ending.test(set);
  }

  /** The mailets of this module do nothing but to the mail, or leave it out where that is simulated. */
  @Override
  public boolean runsInSimulation(Settings set) {
    return true;
  }

  @Override
  public Mailet create(Settings set, Services services) throws InvalidSettingException {
    return new DirectoryAware(creator.create(set, services));
  }

  private record DirectoryAware(Mailet mailet) implements Mailet {
    @Override
    public Outcome service(Mail mail) throws Exception {
      try {
        return mailet.service(mail);
      } catch (DirectoryException e) {
        throw MatcherDefinition.temporaryWhereItIs(e);
      }
    }

    @Override
    public void close() throws Exception {
      mailet.close();
    }
  }
}
