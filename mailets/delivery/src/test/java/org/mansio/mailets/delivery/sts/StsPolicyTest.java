package org.mansio.mailets.delivery.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StsPolicyTest {
  private static final String GOOD =
      "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.org\r\nmx: *.Example.net\r\nmax_age: 86400\r\n";

  @Test
  void readsAPolicy() throws Exception {
    StsPolicy policy = StsPolicy.parse(GOOD);

    assertThat(policy.mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
    assertThat(policy.mx()).containsExactly("mx1.example.org", "*.example.net");
    assertThat(policy.maxAge()).isEqualTo(Duration.ofDays(1));
    assertThat(StsPolicy.parse(policy.text())).isEqualTo(policy);
  }

  @Test
  void aWildcardIsExactlyOneLabel() throws Exception {
    StsPolicy policy = StsPolicy.parse(GOOD);

    assertThat(policy.allows("MX1.example.org")).isTrue();
    assertThat(policy.allows("a.example.net")).isTrue();
    assertThat(policy.allows("example.net")).isFalse();
    assertThat(policy.allows("a.b.example.net")).isFalse();
    assertThat(policy.allows("mx2.example.org")).isFalse();
    assertThat(policy.allows("evilexample.net")).isFalse();
  }

  @Test
  void holdsAYearAtTheMost() throws Exception {
    assertThat(
            StsPolicy.parse("version: STSv1\nmode: none\nmax_age: 9999999999\n").maxAge())
        .isEqualTo(Duration.ofSeconds(31_557_600));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "version: STSv2\nmode: enforce\nmx: a\nmax_age: 1",
        "version: STSv1\nmode: strict\nmx: a\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx: a",
        "version: STSv1\nmode: enforce\nmx: a\nmax_age: -1",
        "version: STSv1\nmode: enforce\nmx: a\nmax_age: 99999999999"
      })
  void whatIsNoPolicyIsRefused(String text) {
    assertThatThrownBy(() -> StsPolicy.parse(text))
        .isInstanceOfSatisfying(
            StsException.class, e -> assertThat(e.kind()).isEqualTo(StsException.Kind.INVALID));
  }

  @Property
  void anyTextIsAPolicyOrRefused(@ForAll String text) {
    try {
      assertThat(StsPolicy.parse("version: STSv1\nmode: none\n" + text).mode())
          .isEqualTo(StsPolicy.Mode.NONE);
    } catch (StsException e) {
      assertThat(e.kind()).isEqualTo(StsException.Kind.INVALID);
    }
  }

  @Test
  void aRecordAnnouncesAPolicyByItsId() {
    assertThat(StsRecord.of(List.of("other", "v=STSv1; id=20260101T00;")))
        .isEqualTo(Optional.of(new StsRecord("20260101T00")));
    assertThat(StsRecord.of(List.of("v=STSv1; a=b; id=1"))).contains(new StsRecord("1"));
  }

  @Test
  void twoRecordsOrNoneOrOneWithoutIdAnnounceNothing() {
    assertThat(StsRecord.of(List.of())).isEmpty();
    assertThat(StsRecord.of(List.of("v=STSv1; id=1;", "v=STSv1; id=2;"))).isEmpty();
    assertThat(StsRecord.of(List.of("v=STSv1;"))).isEmpty();
    assertThat(StsRecord.of(List.of("v=STSv1; id=not-alphanumeric;"))).isEmpty();
  }
}
