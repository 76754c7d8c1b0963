package org.mansio.server.kernel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Problems;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.HookUse;
import org.mansio.spi.smtp.SmtpHook;

/** The attributes of {@code <hook>} in {@code server.xml}, which say how a listener uses a hook whatever the hook is. */
public final class HookAttributes {
  public static final Setting<HookUse.Mode> MODE = Setting.choice(
          "mode",
          "enforce does what the hook says. warn only logs it, marks the mail with it (attribute mansio.hook. and the"
              + " hook's name) and puts it into the trace: to try a hook before it counts.",
          HookUse.Mode.class)
      .defaultsTo("enforce");

  public static final Setting<Duration> TIMEOUT = Setting.duration(
      "timeout",
      "How long the hook may think at one stage. Not set: as long as the hook itself asks for, or hookTimeout of the"
          + " listener.");

  public static final Setting<HookUse.Fallback> ON_TIMEOUT = Setting.choice(
          "onTimeout",
          "When it takes longer: accept goes on without it, temporary refuses for now (451).",
          HookUse.Fallback.class)
      .defaultsTo("accept");

  public static final Setting<HookUse.Fallback> ON_FAILURE = Setting.choice(
          "onFailure",
          "When it fails unexpectedly: accept goes on without it, temporary refuses for now (451).",
          HookUse.Fallback.class)
      .defaultsTo("temporary");

  /** All of them. */
  public static final SettingSchema SCHEMA =
      SettingSchema.of(MODE, TIMEOUT, ON_TIMEOUT, ON_FAILURE);

  private final Settings settings;

  private HookAttributes(Settings settings) {
    this.settings = settings;
  }

  /** The names, for the check that no other attribute is there. */
  static List<String> names() {
    return SCHEMA.settings().stream().map(Setting::name).toList();
  }

  /** Reads them; what is wrong is among the problems. */
  static Optional<HookAttributes> read(ConfigElement hook, Problems problems) {
    Map<String, String> texts = new LinkedHashMap<>();
    int before = problems.errorCount();
    for (Setting<?> setting : SCHEMA.settings()) {
      hook.attribute(setting.name()).ifPresent(text -> {
        texts.put(setting.name(), text);
        check(setting, text, hook, problems);
      });
    }
    if (problems.errorCount() > before) {
      return Optional.empty();
    }
    try {
      return Optional.of(new HookAttributes(Settings.ofTexts(SCHEMA, texts)));
    } catch (InvalidSettingException e) {
      problems.error(hook.location(), "<hook>: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static void check(
      Setting<?> setting, String text, ConfigElement hook, Problems problems) {
    try {
      Settings.check(setting, List.of(text));
      if (setting == TIMEOUT
          && !text.isEmpty()
          && TIMEOUT.type().parser().parse(text).isZero()) {
        throw new InvalidSettingException("must be more than 0");
      }
    } catch (InvalidSettingException e) {
      problems.error(
          hook.locationOf(setting.name()),
          "attribute '" + setting.name() + "' of <hook>: " + e.getMessage());
    }
  }

  HookUse use(SmtpHook hook) {
    return new HookUse(
        hook,
        settings.get(MODE),
        settings.find(TIMEOUT),
        settings.get(ON_TIMEOUT),
        settings.get(ON_FAILURE));
  }
}
