package org.mansio.spi.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Recipient.Notify;

class RecipientTest {
  private static Recipient notifying(Notify... conditions) {
    return new Recipient(
        MailAddress.of("a@example.org"), Set.of(conditions), Optional.empty(), Optional.empty());
  }

  @Test
  void neverStandsAlone() {
    assertThatThrownBy(() -> notifying(Notify.NEVER, Notify.FAILURE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutNotifyFailuresAreReported() {
    assertThat(notifying().wants(Notify.FAILURE)).isTrue();
    assertThat(notifying().wants(Notify.SUCCESS)).isFalse();
    assertThat(notifying(Notify.NEVER).wants(Notify.FAILURE)).isFalse();
    assertThat(notifying(Notify.SUCCESS).wants(Notify.FAILURE)).isFalse();
  }

  @Test
  void takingOutTheOnlyConditionLeavesNever() {
    assertThat(notifying(Notify.SUCCESS).withoutSuccessNotification().notifyOn())
        .containsExactly(Notify.NEVER);
    assertThat(notifying(Notify.SUCCESS, Notify.FAILURE)
            .withoutSuccessNotification()
            .notifyOn())
        .containsExactly(Notify.FAILURE);
  }
}
