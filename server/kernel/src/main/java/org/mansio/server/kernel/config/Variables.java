package org.mansio.server.kernel.config;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.commons.configuration2.interpol.ConfigurationInterpolator;
import org.apache.commons.configuration2.interpol.InterpolatorSpecification;
import org.apache.commons.text.StringSubstitutor;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.settings.InvalidSettingException;

/**
 * Replaces <code>${env:NAME:-default}</code> and <code>${sys:name:-default}</code>. Lookups that run scripts, fetch URLs or ask DNS
 * aren't offered. What a variable holds is taken as it is: no variables inside values. Thread-safe.
 */
public final class Variables {
  private final ConfigurationInterpolator lookups;

  /**
   * @param environment reads environment variables; null when one isn't set
   * @param system reads system properties; null when one isn't set
   */
  public Variables(
      Function<String, @Nullable String> environment, Function<String, @Nullable String> system) {
    this.lookups =
        ConfigurationInterpolator.fromSpecification(new InterpolatorSpecification.Builder()
            .withPrefixLookup("env", environment::apply)
            .withPrefixLookup("sys", system::apply)
            .create());
  }

  /** Those of this process. */
  public static Variables ofProcess() {
    return new Variables(System::getenv, System::getProperty);
  }

  /**
   * The text with its variables replaced.
   *
   * @throws InvalidSettingException when a variable isn't set and has no default
   */
  public String replace(String text) throws InvalidSettingException {
    if (!text.contains("${")) {
      return text;
    }
    AtomicReference<String> missing = new AtomicReference<>("");
    StringSubstitutor substitutor = new StringSubstitutor(name -> lookup(name, missing));
    substitutor.setEnableUndefinedVariableException(true);
    substitutor.setEnableSubstitutionInVariables(true);
    substitutor.setDisableSubstitutionInValues(true);
    try {
      return substitutor.replace(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(explain(String.valueOf(missing.get())));
    }
  }

  private @Nullable String lookup(String name, AtomicReference<String> missing) {
    Object value = lookups.resolve(name);
    if (value == null) {
      missing.set(name);
    }
    return value == null ? null : value.toString();
  }

  private static String explain(String name) {
    if (name.startsWith("env:")) {
      return "environment variable " + name.substring(4) + " isn't set; set it, or write ${" + name
          + ":-default}";
    }
    if (name.startsWith("sys:")) {
      return "system property " + name.substring(4) + " isn't set; set it, or write ${" + name
          + ":-default}";
    }
    return "'${" + name + "}' is neither ${env:NAME} nor ${sys:name}; write $${" + name
        + "} for the text itself";
  }
}
