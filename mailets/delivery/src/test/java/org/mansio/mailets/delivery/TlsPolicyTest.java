package org.mansio.mailets.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.mailets.delivery.route.SourcePools;
import org.mansio.mailets.delivery.route.TransportMap;
import org.mansio.mailets.delivery.tls.TlsSettings;
import org.mansio.mailets.delivery.tlsreport.ReportedPolicy;
import org.mansio.protocols.smtpclient.ClientOptions;
import org.mansio.protocols.smtpclient.TlsMode;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.queue.Delivery;
import org.mansio.spi.queue.RecipientResult.Deferred;
import org.mansio.spi.queue.RecipientResult.Delivered;
import org.mansio.spi.queue.RecipientResult.Failed;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/** What the operator and the sender demand, beside what the domain publishes. */
class TlsPolicyTest extends TlsDeliveryTest {
  @Test
  void withoutAnyPolicyTlsIsTakenAsItIs() throws Exception {
    assertThat(deliver()).isInstanceOf(Delivered.class);
    assertThat(trace()).contains("TLS where it is offered; TLSv1.3").contains("not verified");
    assertThat(results.successes()).containsExactly(ReportedPolicy.none("example.com"));
  }

  @ParameterizedTest
  @CsvSource({
    "example.com none, Delivered, no TLS",
    "example.com opportunistic, Delivered, not verified",
    "* encrypt, Delivered, not verified",
    "example.com dane, Deferred, not used",
    "example.com verify, Deferred, verify",
    "example.com verify mx.other.example, Deferred, verify",
    "example.com secure, Deferred, secure"
  })
  void theOperatorsWordGoesBeforeAllElse(String policy, String result, String noted)
      throws Exception {
    sts("enforce", "mx.elsewhere.example");

    assertThat(deliver(policy, toBob()).getClass().getSimpleName()).isEqualTo(result);
    assertThat(trace()).contains("tlsPolicy " + policy.split(" ")[0]).contains(noted);
    assertThat(web.requests()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "example.com verify, Delivered",
    "example.com verify other.example, Deferred",
    "example.com secure, Delivered",
    "example.com secure .example.com, Delivered",
    "example.com secure .other.example, Deferred"
  })
  void namesOfACertificateAreThoseOfTheLevelOrTheOperators(String policy, String result)
      throws Exception {
    serve(trusted);

    assertThat(deliver(policy, toBob()).getClass().getSimpleName()).isEqualTo(result);
  }

  @Test
  void requireTlsIsContentWithDane() throws Exception {
    secureZone();
    tlsa(3, key(stranger));

    assertThat(deliver("", demanding())).isInstanceOf(Delivered.class);
    assertThat(server.taken())
        .singleElement()
        .satisfies(mail -> assertThat(mail.mail()).contains("REQUIRETLS"));
  }

  @Test
  void requireTlsIsContentWithAHostThatMtaStsNames() throws Exception {
    serve(trusted);
    sts("testing", MX);

    assertThat(deliver("", demanding())).isInstanceOf(Delivered.class);
  }

  @Test
  void requireTlsFailsWhereNothingProvesTheHostsName() throws Exception {
    serve(trusted);

    assertThat(deliver("", demanding()))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.status().toString()).isEqualTo("5.7.10"));
    assertThat(server.dialogues()).isEmpty();
  }

  @Test
  void requireTlsStillDemandsAValidCertificateInTesting() throws Exception {
    sts("testing", MX);

    assertThat(deliver("", demanding())).isInstanceOf(Failed.class);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void aMailThatToleratesNoTlsPassesPoliciesOver() throws Exception {
    serveWithoutTls();
    secureZone();
    tlsa(3, OTHER);
    sts("enforce", "mx.elsewhere.example");

    assertThat(deliver("", toBob().withParameter(Envelope.TLS_NOT_REQUIRED, "")))
        .isInstanceOf(Delivered.class);
    assertThat(trace()).contains("TLS-Required: No");
    assertThat(Optional.of(web.requests())).contains(0);
  }

  @Test
  void aMailThatToleratesNoTlsDoesNotLiftWhatTheOperatorDemands() throws Exception {
    serveWithoutTls();
    Envelope tolerant = toBob().withParameter(Envelope.TLS_NOT_REQUIRED, "");
    ClientOptions required = ClientOptions.smtp("mx.example.org").withTls(TlsMode.REQUIRED, false);

    assertThat(deliver("", tolerant, required)).isInstanceOf(Deferred.class);
    assertThat(deliver("* encrypt", tolerant)).isInstanceOf(Deferred.class);
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void whereTlsIsSwitchedOffNothingIsLookedUp() throws Exception {
    sts("enforce", "mx.elsewhere.example");
    HostTransport transport = new HostTransport(
        new HostTransportOptions(
            "plain",
            ClientOptions.smtp("mx.example.org").withTls(TlsMode.NONE, false),
            server.port(),
            TlsMode.NONE,
            HostTransportOptions.BY_MX,
            TransportMap.none(),
            SourcePools.none(),
            1,
            100,
            new TlsSettings(true, true, List.of())),
        services,
        tls,
        new DeadHosts());
    open.addFirst(transport);
    SpooledMail mail = SpooledMail.arriving(
        toBob(), Content.of("Subject: x\r\n\r\nx\r\n".getBytes()), Origin.local());

    assertThat(transport
            .deliver(new Delivery(mail, new Route("plain", "example.com", "bounces"), 1))
            .results()
            .get(BOB))
        .isInstanceOf(Delivered.class);
    assertThat(server.commands()).doesNotContain("STARTTLS");
  }
}
