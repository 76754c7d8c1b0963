package org.mansio.mailets.delivery.tlsreport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.mansio.mailets.delivery.JsonText;

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
    return "{\"organization-name\":" + JsonText.quote(from.organization())
        + ",\"date-range\":{\"start-datetime\":" + JsonText.quote(begin().toString())
        + ",\"end-datetime\":" + JsonText.quote(end().toString())
        + "},\"contact-info\":" + JsonText.quote(from.contact())
        + ",\"report-id\":" + JsonText.quote(id)
        + ",\"policies\":" + policies + "}";
  }

  private static String policy(ReportedPolicy policy, Tally tally) {
    String details = tally.details().entrySet().stream()
        .map(each -> detail(each.getKey(), each.getValue()))
        .collect(Collectors.joining(",", "[", "]"));
    return "{\"policy\":{\"policy-type\":" + JsonText.quote(policy.type().label())
        + (policy.strings().isEmpty()
            ? ""
            : ",\"policy-string\":" + JsonText.quote(policy.strings()))
        + ",\"policy-domain\":" + JsonText.quote(policy.domain())
        + (policy.mxHosts().isEmpty() ? "" : ",\"mx-host\":" + JsonText.quote(policy.mxHosts()))
        + "},\"summary\":{\"total-successful-session-count\":" + tally.successes()
        + ",\"total-failure-session-count\":" + tally.failures() + "}"
        + (tally.details().isEmpty() ? "" : ",\"failure-details\":" + details) + "}";
  }

  private static String detail(FailureDetail detail, long count) {
    return "{\"result-type\":" + JsonText.quote(detail.type().label())
        + (detail.host().isEmpty()
            ? ""
            : ",\"receiving-mx-hostname\":" + JsonText.quote(detail.host()))
        + (detail.address().isEmpty()
            ? ""
            : ",\"receiving-ip\":" + JsonText.quote(detail.address()))
        + ",\"failed-session-count\":" + count
        + ",\"failure-reason-code\":" + JsonText.quote(detail.reason()) + "}";
  }
}
