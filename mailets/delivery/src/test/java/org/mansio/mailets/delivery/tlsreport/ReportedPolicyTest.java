package org.mansio.mailets.delivery.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.delivery.sts.StsException;
import org.mansio.mailets.delivery.sts.StsPolicy;

class ReportedPolicyTest {
  @Test
  void aUsualPolicyIsReportedWhole() throws StsException {
    StsPolicy policy = policy(5);

    ReportedPolicy reported = ReportedPolicy.sts("example.org", policy);

    assertThat(reported.strings()).isEqualTo(policy.lines());
    assertThat(reported.mxHosts()).isEqualTo(policy.mx());
  }

  @Test
  void ofAVeryLongPolicyTheBeginningIsReported() throws StsException {
    StsPolicy policy = policy(100);

    ReportedPolicy reported = ReportedPolicy.sts("example.org", policy);

    assertThat(policy.lines()).startsWith(reported.strings().toArray(String[]::new));
    assertThat(String.join("", reported.strings()))
        .hasSizeBetween(ReportedPolicy.MAX_TEXT / 2, ReportedPolicy.MAX_TEXT);
    assertThat(String.join("", reported.mxHosts()))
        .hasSizeBetween(ReportedPolicy.MAX_TEXT / 2, ReportedPolicy.MAX_TEXT);
  }

  private static StsPolicy policy(int hosts) throws StsException {
    return StsPolicy.parse(IntStream.range(0, hosts)
        .mapToObj(i -> "mx: " + "h".repeat(40) + i + ".example.org\n")
        .collect(Collectors.joining("", "version: STSv1\nmode: enforce\nmax_age: 86400\n", "")));
  }
}
