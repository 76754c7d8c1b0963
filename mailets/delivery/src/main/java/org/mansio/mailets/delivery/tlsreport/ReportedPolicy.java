package org.mansio.mailets.delivery.tlsreport;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.mansio.mailets.delivery.sts.StsPolicy;

/**
 * A policy as reports name it (RFC 8460 §4.4). Immutable.
 *
 * @param domain of the recipients, lower case
 * @param strings its lines or records
 * @param mxHosts patterns of MTA-STS, or the host whose records they are
 */
public record ReportedPolicy(Type type, String domain, List<String> strings, List<String> mxHosts) {
  /** Characters of a policy's lines, and of its patterns, that are kept: ten times of what is usual. */
  static final int MAX_TEXT = 2_048;

  /** RFC 8460 §4.4, policy-type. */
  public enum Type {
    TLSA("tlsa"),
    STS("sts"),
    NONE("no-policy-found");

    private final String label;

    Type(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  public ReportedPolicy {
    Objects.requireNonNull(type);
    domain = domain.toLowerCase(Locale.ROOT);
    strings = List.copyOf(strings);
    mxHosts = List.copyOf(mxHosts);
  }

  public static ReportedPolicy none(String domain) {
    return new ReportedPolicy(Type.NONE, domain, List.of(), List.of());
  }

  public static ReportedPolicy tlsa(String domain, List<String> records, String host) {
    return new ReportedPolicy(Type.TLSA, domain, records, List.of(host));
  }

  public static ReportedPolicy sts(String domain, StsPolicy policy) {
    return new ReportedPolicy(Type.STS, domain, beginning(policy.lines()), beginning(policy.mx()));
  }

  /** As a policy may have 64 KB, and there may be thousands of them. */
  private static List<String> beginning(List<String> all) {
    int length = 0;
    for (int i = 0; i < all.size(); i++) {
      length += all.get(i).length();
      if (length > MAX_TEXT) {
        return all.subList(0, i);
      }
    }
    return all;
  }
}
