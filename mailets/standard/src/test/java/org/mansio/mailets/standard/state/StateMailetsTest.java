package org.mansio.mailets.standard.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.testkit.FakeMail;
import org.slf4j.LoggerFactory;

class StateMailetsTest {
  private final Chain chain = new Chain();
  private final FakeMail mail = FakeMail.from("a@example.org").to("b@example.net");

  @Test
  void setsAndRemovesAttributes() throws Exception {
    chain.run(mail, "SetMailAttribute", Map.of("colour", "red", "size", "12"));
    assertThat(mail.attributes().text("colour")).contains("red");
    assertThat(mail.attributes().text("size")).contains("12");
    chain.run(mail, "RemoveMailAttribute", Map.of("name", "colour, other"));
    assertThat(mail.attributes().contains("colour")).isFalse();
    assertThat(mail.attributes().contains("size")).isTrue();
  }

  @Test
  void theServersAttributesAreOutOfReach() {
    assertThatThrownBy(() -> chain.mailet("SetMailAttribute", Map.of("mansio.error", "x")))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> chain.mailet("RemoveMailAttribute", Map.of("name", "mansio.error")))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> chain.mailet("SetMailAttribute", Map.of()))
        .isInstanceOf(InvalidSettingException.class);
  }

  private String logged(Map<String, String> settings) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(LogMessage.class);
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try {
      assertThat(chain.run(mail, "LogMessage", settings)).isEqualTo(Outcome.next());
    } finally {
      logger.detachAppender(appender);
    }
    return appender.list.getFirst().getFormattedMessage();
  }

  @Test
  void writesNothingToTheLogInASimulation() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(LogMessage.class);
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try {
      assertThat(chain.run(mail.simulated(), "LogMessage", Map.of())).isEqualTo(Outcome.next());
    } finally {
      logger.detachAppender(appender);
    }
    assertThat(appender.list).isEmpty();
    assertThat(mail.notes()).containsExactly("would be written to the log");
  }

  @Test
  void logsEnvelopeAndHeadersButNoBody() throws Exception {
    mail.text("Subject: hello\nX: 1\n\nsecret\n");
    assertThat(logged(Map.of("level", "warn", "comment", "look")))
        .startsWith("look: " + mail.id() + " from <a@example.org> to b@example.net, 32 octets")
        .contains("Subject: hello", "X: 1")
        .doesNotContain("secret");
  }

  @Test
  void logsChosenHeadersAndTheStartOfTheBody() throws Exception {
    mail.text("Subject: hello\nX: 1\n\nfirst\nsecond\n");
    assertThat(logged(Map.of(
            "level",
            "error",
            "headers",
            "false",
            "specificHeaders",
            "x",
            "body",
            "true",
            "maxBody",
            "7")))
        .contains("X: 1", "> first")
        .doesNotContain("hello", "second");
  }

  @Test
  void whatStrangersWriteDoesNotForgeLogLines() throws Exception {
    mail.text("Subject: a\u001b[31m\n\n");
    assertThat(logged(Map.of("level", "error"))).contains("Subject: a?[31m");
  }
}
