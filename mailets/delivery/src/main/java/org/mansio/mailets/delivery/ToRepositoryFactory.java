package org.mansio.mailets.delivery;

import java.nio.file.Path;
import java.util.List;
import org.mansio.spi.Services;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes ToRepository: a copy of the mail in a folder, for the operator. */
final class ToRepositoryFactory implements MailetFactory {
  static final Setting<String> REPOSITORY_PATH = Setting.text(
          "repositoryPath",
          "The folder, below repositories/ of the data folder, such as errors or spam/quarantine. A scheme in front, such as"
              + " file://, is left out.")
      .mandatory();
  static final Setting<Boolean> PASS_THROUGH = Setting.flag(
          "passThrough",
          "Whether the mail goes on to the next mailet; otherwise its way ends here.")
      .defaultsTo("false");

  @Override
  public String name() {
    return "ToRepository";
  }

  @Override
  public String description() {
    return "Puts a copy of the mail into a folder: the message as <id>.eml, its envelope as <id>.json. Nothing reads or clears"
        + " the folder but the operator.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(REPOSITORY_PATH, PASS_THROUGH);
  }

  @Override
  public boolean ends(Settings settings) {
    return !settings.get(PASS_THROUGH);
  }

  /** It writes nothing then. */
  @Override
  public boolean runsInSimulation(Settings settings) {
    return true;
  }

  @Override
  public Mailet create(Settings settings, Services services) throws InvalidSettingException {
    String path =
        settings.get(REPOSITORY_PATH).replaceFirst("^[A-Za-z]+://", "").replaceFirst("^/+|/+$", "");
    // Names that are plain on every file system, and no way out of the data folder.
    boolean plain = List.of(path.split("/", -1)).stream()
        .allMatch(part -> part.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*"));
    if (!plain) {
      throw new InvalidSettingException("'" + path
          + "' isn't a path below repositories/: letters, digits, _ . - and / between names");
    }
    Path folder = services.environment().data().resolve("repositories").resolve(path);
    return new ToRepository(folder, path, settings.get(PASS_THROUGH));
  }
}
