package org.mansio.mailets.delivery.sts;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The TXT record that announces a policy (RFC 8461 §3.1). @param id changes whenever the policy does */
record StsRecord(String id) {
  private static final Pattern SYNTAX = Pattern.compile(
      "v=STSv1[ \\t]*;(?:.*;)?[ \\t]*id[ \\t]*=[ \\t]*([A-Za-z0-9]{1,32})[ \\t]*(?:;.*)?");

  /** Empty where there is none, or more than one: then there is no policy. */
  static Optional<StsRecord> of(List<String> texts) {
    List<String> candidates =
        texts.stream().filter(text -> text.startsWith("v=STSv1")).toList();
    if (candidates.size() != 1) {
      return Optional.empty();
    }
    Matcher matcher = SYNTAX.matcher(candidates.getFirst());
    return matcher.matches() ? Optional.of(new StsRecord(matcher.group(1))) : Optional.empty();
  }
}
