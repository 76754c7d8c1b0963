package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.delivery.tlsreport.FailureDetail;
import org.mansio.mailets.delivery.tlsreport.ReportedPolicy;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;

/** What a policy by MTA-STS does to deliveries (RFC 8461 §5). */
class MtaStsDeliveryTest extends TlsDeliveryTest {
  @Test
  void mtaStsDoesNotRescueAFailingDane() throws Exception {
    serve(trusted);
    secureZone();
    tlsa(3, OTHER);
    sts("enforce", MX);

    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void mtaStsEnforcedDemandsAValidCertificate() throws Exception {
    sts("enforce", MX);
    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(results.failures()).containsExactly(FailureDetail.Type.CERTIFICATE_NOT_TRUSTED);

    serve(trusted);
    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(trace()).contains("MTA-STS policy of example.com, mode enforce");
    assertThat(results.successes())
        .singleElement()
        .extracting(ReportedPolicy::mxHosts)
        .isEqualTo(List.of(MX));
  }

  @Test
  void mtaStsEnforcedPassesOverAHostThatItDoesNotName() throws Exception {
    serve(trusted);
    sts("enforce", "*.other.example");

    assertThat(deliver()).isInstanceOf(Deferred.class);
    assertThat(server.dialogues()).isEmpty();
    assertThat(trace()).contains("doesn't name " + MX);
  }

  @Test
  void mtaStsInTestingReportsAndDelivers() throws Exception {
    sts("testing", MX);

    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(results.failures()).containsExactly(FailureDetail.Type.CERTIFICATE_NOT_TRUSTED);
  }

  @Test
  void mtaStsModeNoneIsNoPolicy() throws Exception {
    serveWithoutTls();
    sts("none", MX);

    assertThat(deliver()).isInstanceOf(Delivered.class);
  }

  @Test
  void aPolicyThatCannotBeFetchedIsReportedAndKeepsNoMail() throws Exception {
    services.dns.txt("_mta-sts.example.com", "v=STSv1; id=1;");
    web.says(404, "text/plain", "");

    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(results.failures()).containsExactly(FailureDetail.Type.STS_POLICY_FETCH_ERROR);
  }

  @Test
  void aVerifiedHostIsStillOneThatMtaStsNames() throws Exception {
    serve(trusted);
    ClientOptions verifying = ClientOptions.smtp("mx.example.org").withTls(TlsMode.REQUIRED, true);
    sts("enforce", "*.other.example");

    assertThat(deliver("", toBob(), verifying)).isInstanceOf(Deferred.class);
    assertThat(server.dialogues()).isEmpty();
    assertThat(trace()).contains("doesn't name " + MX);
  }

  @Test
  void aVerifiedHostThatMtaStsNamesGetsMail() throws Exception {
    serve(trusted);
    ClientOptions verifying = ClientOptions.smtp("mx.example.org").withTls(TlsMode.REQUIRED, true);
    sts("enforce", MX);

    assertThat(deliver("", toBob(), verifying)).isInstanceOf(Delivered.class);
  }
}
