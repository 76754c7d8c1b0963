package org.mansio.protocols.smtpclient;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** What a peer offers in its reply to EHLO or LHLO (RFC 5321 §4.1.1.1). Numbers are read once: each mail asks for them. */
final class Extensions {
  private static final Extensions NONE = new Extensions(Map.of());

  // By upper-case keyword.
  private final Map<String, List<String>> parameters;
  private final OptionalLong maxSize;
  private final OptionalLong maxRecipients;
  private final OptionalLong maxDomains;
  private final OptionalLong maxMails;

  private Extensions(Map<String, List<String>> parameters) {
    this.parameters = Map.copyOf(parameters);
    this.maxSize = positive(first("SIZE"));
    this.maxRecipients = limit("RCPTMAX=");
    this.maxDomains = limit("RCPTDOMAINMAX=");
    this.maxMails = limit("MAILMAX=");
  }

  /** Of a peer that only knows HELO. */
  static Extensions none() {
    return NONE;
  }

  /** The first line is the peer's name and its greeting; each other line is a keyword with parameters. */
  static Extensions of(Reply reply) {
    Map<String, List<String>> parameters = new HashMap<>();
    for (String line : reply.lines().subList(1, reply.lines().size())) {
      List<String> words = Arrays.asList(line.strip().toUpperCase(Locale.ROOT).split("\\s+"));
      parameters.putIfAbsent(words.getFirst(), List.copyOf(words.subList(1, words.size())));
    }
    return new Extensions(parameters);
  }

  /** RFC 2920. */
  boolean pipelining() {
    return offers("PIPELINING");
  }

  /** RFC 6152. */
  boolean eightBitMime() {
    return offers("8BITMIME");
  }

  /** RFC 6531. */
  boolean smtpUtf8() {
    return offers("SMTPUTF8");
  }

  /** RFC 3030: BINARYMIME, which needs CHUNKING beside it (§3). */
  boolean binaryMime() {
    return offers("BINARYMIME") && chunking();
  }

  /** RFC 3030. */
  boolean chunking() {
    return offers("CHUNKING");
  }

  /** RFC 2852. */
  boolean deliverBy() {
    return offers("DELIVERBY");
  }

  /** The least seconds that BY with mode R may have (RFC 2852 §3); empty when nothing is said. */
  OptionalLong leastDeliverBy() {
    return number(first("DELIVERBY"));
  }

  /** RFC 6710. */
  boolean priority() {
    return offers("MT-PRIORITY");
  }

  /** RFC 8689. */
  boolean requireTls() {
    return offers("REQUIRETLS");
  }

  /** RFC 3865. */
  boolean noSoliciting() {
    return offers("NO-SOLICITING");
  }

  /** RFC 3461. */
  boolean dsn() {
    return offers("DSN");
  }

  /** RFC 3207. */
  boolean startTls() {
    return offers("STARTTLS");
  }

  /** RFC 1870. */
  boolean size() {
    return offers("SIZE");
  }

  /** The largest message in octets; empty when there is no fixed limit, which 0 says too (RFC 1870 §4). */
  OptionalLong maxSize() {
    return maxSize;
  }

  /** Recipients that one transaction may have (RFC 9422 §4.2); empty when nothing is said. */
  OptionalLong maxRecipients() {
    return maxRecipients;
  }

  /** Domains that the recipients of one transaction may have (RFC 9422 §4.3); empty when nothing is said. */
  OptionalLong maxDomains() {
    return maxDomains;
  }

  /** Transactions that one connection may have (RFC 9422 §4.1); empty when nothing is said. */
  OptionalLong maxMails() {
    return maxMails;
  }

  /** RFC 4954. */
  boolean auth() {
    return offers("AUTH");
  }

  /** The mechanisms that AUTH offers (RFC 4954 §3), in upper case. */
  List<String> mechanisms() {
    return parameters.getOrDefault("AUTH", List.of());
  }

  /** Whether a keyword stands there, in upper case. */
  boolean offers(String keyword) {
    return parameters.containsKey(keyword);
  }

  private String first(String keyword) {
    List<String> words = parameters.getOrDefault(keyword, List.of());
    return words.isEmpty() ? "" : words.getFirst();
  }

  private OptionalLong limit(String name) {
    return parameters.getOrDefault("LIMITS", List.of()).stream()
        .filter(word -> word.startsWith(name))
        .map(word -> positive(word.substring(name.length())))
        .findFirst()
        .orElse(OptionalLong.empty());
  }

  private static OptionalLong positive(String text) {
    OptionalLong number = number(text);
    return number.isPresent() && number.getAsLong() > 0 ? number : OptionalLong.empty();
  }

  private static OptionalLong number(String text) {
    // 18 digits fit into a long; RFC 1870 §3 allows 20, which nobody has.
    return text.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }
}
