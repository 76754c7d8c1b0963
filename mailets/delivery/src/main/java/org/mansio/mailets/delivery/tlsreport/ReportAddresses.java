package org.mansio.mailets.delivery.tlsreport;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;

/** Where a domain wants its reports, by its TXT record (RFC 8460 §3). */
final class ReportAddresses {
  /** Addresses that get a report; more are there to multiply mail. */
  static final int MAX_ADDRESSES = 5;

  /** One of them. */
  sealed interface Target {
    record Mail(MailAddress address) implements Target {}

    record Post(URI address) implements Target {}
  }

  /** The answer. */
  sealed interface Answer {
    record Known(List<Target> targets) implements Answer {}

    /** Not to be found out now. */
    record Unknown() implements Answer {}
  }

  private final Supplier<DnsResolver> dns;

  ReportAddresses(Supplier<DnsResolver> dns) {
    this.dns = dns;
  }

  /** Blocks. The list is empty when the domain wants none. */
  Answer of(String domain) {
    return switch (dns.get().txt("_smtp._tls." + domain)) {
      case DnsAnswer.Found<String> found -> new Answer.Known(targets(found.records()));
      case DnsAnswer.NoData<String> none -> new Answer.Known(List.of());
      case DnsAnswer.NoSuchName<String> none -> new Answer.Known(List.of());
      case DnsAnswer.Unknown<String> unknown -> new Answer.Unknown();
    };
  }

  private static List<Target> targets(List<String> records) {
    List<String> own =
        records.stream().filter(text -> text.startsWith("v=TLSRPTv1")).toList();
    // RFC 8460 §3: more than one such record counts as none.
    if (own.size() != 1) {
      return List.of();
    }
    List<Target> targets = new ArrayList<>();
    for (String field : own.getFirst().split(";")) {
      String[] pair = field.strip().split("=", 2);
      if (pair.length == 2 && pair[0].strip().equals("rua")) {
        for (String uri : pair[1].split(",")) {
          target(uri.strip(), targets);
        }
      }
    }
    return targets.subList(0, Math.min(targets.size(), MAX_ADDRESSES));
  }

  private static void target(String text, List<Target> targets) {
    int colon = text.indexOf(':');
    String scheme = text.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
    try {
      if (scheme.equals("mailto")) {
        String address = text.substring(colon + 1).split("\\?", 2)[0];
        // RFC 6068 §2: percent encoding, but a plus stays one.
        targets.add(new Target.Mail(MailAddress.parse(
            URLDecoder.decode(address.replace("+", "%2B"), StandardCharsets.UTF_8))));
      } else if (scheme.equals("https")) {
        URI uri = new URI(text);
        if (uri.getHost() != null) {
          targets.add(new Target.Post(uri));
        }
      }
    } catch (InvalidAddressException | URISyntaxException | IllegalArgumentException e) {
      // RFC 8460 §3: what can't be understood is passed over; the others count.
      return;
    }
  }
}
