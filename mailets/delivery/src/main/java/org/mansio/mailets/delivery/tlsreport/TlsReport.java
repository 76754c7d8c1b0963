package org.mansio.mailets.delivery.tlsreport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * The report about one day to one domain (RFC 8460 §4.4). Immutable.
 *
 * @param id unique among all reports
 */
record TlsReport(
    ReportIdentity from,
    String domain,
    LocalDate day,
    String id,
    Map<ReportedPolicy, Tally> results) {

  Instant begin() {
    return day.atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  /** The last second of the day, as in the example of RFC 8460 §4.4. */
  Instant end() {
    return day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC).minusSeconds(1);
  }

  /** RFC 8460 §5.1. */
  String fileName() {
    return from.submitter() + "!" + domain + "!" + begin().getEpochSecond() + "!"
        + end().getEpochSecond() + ".json.gz";
  }

  byte[] compressed() {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(octets)) {
      gzip.write(json().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("memory doesn't fail", e);
    }
    return octets.toByteArray();
  }

  String json() {
    String policies = results.entrySet().stream()
        .map(each -> policy(each.getKey(), each.getValue()))
        .collect(Collectors.joining(",", "[", "]"));
    return "{\"organization-name\":" + quote(from.organization())
        + ",\"date-range\":{\"start-datetime\":" + quote(begin().toString())
        + ",\"end-datetime\":" + quote(end().toString())
        + "},\"contact-info\":" + quote(from.contact())
        + ",\"report-id\":" + quote(id)
        + ",\"policies\":" + policies + "}";
  }

  private static String policy(ReportedPolicy policy, Tally tally) {
    String details = tally.details().entrySet().stream()
        .map(each -> detail(each.getKey(), each.getValue()))
        .collect(Collectors.joining(",", "[", "]"));
    return "{\"policy\":{\"policy-type\":" + quote(policy.type().label())
        + (policy.strings().isEmpty() ? "" : ",\"policy-string\":" + quote(policy.strings()))
        + ",\"policy-domain\":" + quote(policy.domain())
        + (policy.mxHosts().isEmpty() ? "" : ",\"mx-host\":" + quote(policy.mxHosts()))
        + "},\"summary\":{\"total-successful-session-count\":" + tally.successes()
        + ",\"total-failure-session-count\":" + tally.failures() + "}"
        + (tally.details().isEmpty() ? "" : ",\"failure-details\":" + details) + "}";
  }

  private static String detail(FailureDetail detail, long count) {
    return "{\"result-type\":" + quote(detail.type().label())
        + (detail.host().isEmpty() ? "" : ",\"receiving-mx-hostname\":" + quote(detail.host()))
        + (detail.address().isEmpty() ? "" : ",\"receiving-ip\":" + quote(detail.address()))
        + ",\"failed-session-count\":" + count
        + ",\"failure-reason-code\":" + quote(detail.reason()) + "}";
  }

  private static String quote(List<String> texts) {
    return texts.stream().map(TlsReport::quote).collect(Collectors.joining(",", "[", "]"));
  }

  /** RFC 8259 §7. */
  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
