package org.mansio.protocols.ondemand;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;

/**
 * Domains under one name, for {@code ETRN #name} (RFC 1985 §5.3).
 *
 * @param name lower case
 * @param domains at least one
 */
record NamedQueue(String name, List<Domains> domains) {
  static final Setting.Type<NamedQueue> TYPE =
      new Setting.Type<>("name and domains", Setting.Kind.PLAIN, NamedQueue::parse);

  NamedQueue {
    domains = List.copyOf(domains);
  }

  /** Reads {@code shop example.org example.net}. */
  static NamedQueue parse(String text) throws InvalidSettingException {
    List<String> words = Arrays.asList(text.strip().split("\\s+"));
    if (words.size() < 2 || !words.getFirst().matches("[A-Za-z0-9._-]{1,64}")) {
      throw new InvalidSettingException(
          "'" + text + "' isn't a name of letters, digits, dot, hyphen, then domains");
    }
    List<Domains> domains = new ArrayList<>();
    for (String word : words.subList(1, words.size())) {
      domains.add(Domains.parse(word));
    }
    return new NamedQueue(words.getFirst().toLowerCase(Locale.ROOT), domains);
  }
}
