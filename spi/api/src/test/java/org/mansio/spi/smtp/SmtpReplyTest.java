package org.mansio.spi.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SmtpReplyTest {
  @Test
  void aReplyCannotInjectAnother() {
    assertThatThrownBy(() -> SmtpReply.of(250, "ok\r\n250 more"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void classesAreTold() {
    assertThat(SmtpReply.of(451, "4.3.0", "later").isTemporary()).isTrue();
    assertThat(SmtpReply.of(354, "go on").isPositive()).isTrue();
    assertThat(SmtpReply.of(550, "5.1.1", "no such user").isPositive()).isFalse();
  }
}
