package org.mansio.protocols.ondemand;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.smtp.SmtpSession;

/**
 * Who may ask for the mail of which domains.
 *
 * @param domains at least one
 */
record Customer(Requester requester, List<Domains> domains) {
  static final Setting.Type<Customer> TYPE =
      new Setting.Type<>("requester and domains", Setting.Kind.PLAIN, Customer::parse);

  Customer {
    domains = List.copyOf(domains);
  }

  /** Reads {@code user:shop@example.net example.org @example.com}. */
  static Customer parse(String text) throws InvalidSettingException {
    List<String> words = Arrays.asList(text.strip().split("\\s+"));
    if (words.size() < 2) {
      throw new InvalidSettingException("'" + text
          + "' has no domain: write user:NAME, certificate:NAME or address:NETWORK, then domains");
    }
    List<Domains> domains = new ArrayList<>();
    for (String word : words.subList(1, words.size())) {
      domains.add(Domains.parse(word));
    }
    return new Customer(Requester.parse(words.getFirst()), domains);
  }

  boolean isBehind(SmtpSession session) {
    return requester.isBehind(session);
  }
}
