package com.example.stamp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.testkit.FakeMail;

class StampTest {
  @Test
  void theStampStandsOnTop() throws Exception {
    FakeMail mail =
        FakeMail.from("a@example.com").to("b@example.org").text("Subject: hello\n\nHello.\n");

    Outcome outcome = new Stamp("seen").service(mail);

    assertThat(outcome).isEqualTo(Outcome.next());
    assertThat(mail.message().headers().value("X-Stamp")).contains("seen");
    assertThat(mail.message().headers().value("Subject")).contains("hello");
  }
}
