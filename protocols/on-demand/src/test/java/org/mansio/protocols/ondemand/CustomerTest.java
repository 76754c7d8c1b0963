package org.mansio.protocols.ondemand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.protocols.smtp.TestTls;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.testkit.FakeSmtpSession;

class CustomerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shop.example",
        "user:shop@isp.example",
        "user:shop shop.example",
        "host:isp.example shop.example",
        "address:192.0.2.1/33 shop.example",
        "address:192.0.2.1 shop..example",
        "user:shop@isp.example *.shop.example",
        "user:shop@isp.example [192.0.2.1]"
      })
  void refusesWhatIsNotACustomer(String text) {
    assertThatThrownBy(() -> Customer.parse(text)).isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void knowsAnAddressByItsNetwork() throws InvalidSettingException {
    Customer customer = Customer.parse("address:192.0.2.0/24 shop.example");
    assertThat(customer.isBehind(new FakeSmtpSession("s", "192.0.2.7"))).isTrue();
    assertThat(customer.isBehind(new FakeSmtpSession("s", "198.51.100.7"))).isFalse();
    assertThat(customer.requester().isIdentity()).isFalse();
  }

  @Test
  void knowsAUserByItsLoginOnly() throws InvalidSettingException {
    Customer customer = Customer.parse("user:Shop@ISP.example shop.example");
    FakeSmtpSession session = new FakeSmtpSession("s", "192.0.2.7").helo("shop@isp.example");
    assertThat(customer.isBehind(session)).isFalse();
    assertThat(customer.isBehind(session.authenticated("shop@isp.example"))).isTrue();
    assertThat(customer.isBehind(session.authenticated("other@isp.example"))).isFalse();
  }

  @Test
  void knowsACertificateByItsName() throws Exception {
    Customer customer = Customer.parse("certificate:mx.example.org shop.example");
    FakeSmtpSession session = new FakeSmtpSession("s", "192.0.2.7");
    assertThat(customer.isBehind(session)).isFalse();
    session.certificate(new TestTls().certificate());
    assertThat(customer.isBehind(session)).isTrue();
    assertThat(Customer.parse("certificate:example.org shop.example").isBehind(session))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "shop.example, shop.example, true",
    "shop.example, a.shop.example, false",
    "shop.example, @shop.example, false",
    "@shop.example, shop.example, true",
    "@shop.example, a.b.shop.example, true",
    "@shop.example, @a.shop.example, true",
    "@shop.example, myshop.example, false",
    "@shop.example, example, false"
  })
  void coversWhatIsBelowOnlyWhereTheGrantSaysSo(String grant, String wanted, boolean covered)
      throws InvalidSettingException {
    assertThat(Domains.parse(grant).covers(Domains.parse(wanted))).isEqualTo(covered);
  }

  @Test
  void takesInternationalDomainsForTheirALabels() throws InvalidSettingException {
    assertThat(Domains.parse("bücher.example")).isEqualTo(Domains.parse("XN--BCHER-KVA.example"));
  }

  @Property
  void aGrantNeverCoversADomainThatMerelyEndsAlike(
      @ForAll @AlphaChars @StringLength(min = 1, max = 20) String prefix)
      throws InvalidSettingException {
    String glued = prefix.toLowerCase(Locale.ROOT) + "shop.example";
    assertThat(Domains.parse("@shop.example").covers(glued)).isFalse();
  }
}
