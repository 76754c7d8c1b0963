package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpReply;
import org.mansio.spi.smtp.SmtpSession;
import org.mansio.spi.smtp.SmtpVerb;

/** Verbs that a plugin brings (RFC 5321 §2.2.1). */
class PluginVerbTest {
  @Test
  void takesAPluginsVerbIntoTheSameTable() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (TestListener listener =
            new TestListener("smtp").extension(verb("XCOUNT", calls)).start();
        Client client = listener.client()) {
      assertThat(client.ask("XCOUNT")).startsWith("503");
      assertThat(client.ask("EHLO client.example")).contains("250 XCOUNT");
      assertThat(client.ask("xcount  now ")).isEqualTo("250 2.0.0 now 1");
    }
  }

  @Test
  void refusesToStartWithAVerbTwice() {
    assertThatThrownBy(() -> new TestListener("smtp")
            .extension(verb("DATA", new AtomicInteger()))
            .create())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("DATA is there twice");
  }

  private static SmtpExtension verb(String name, AtomicInteger calls) {
    return new SmtpExtension() {
      @Override
      public String name() {
        return "count";
      }

      @Override
      public List<String> ehloLines(SmtpSession session) {
        return List.of(name);
      }

      @Override
      public List<SmtpVerb> verbs() {
        return List.of(new SmtpVerb() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public Set<Flag> flags() {
            return Set.of(Flag.NEEDS_HELO);
          }

          @Override
          public String help() {
            return name;
          }

          @Override
          public SmtpReply handle(SmtpSession session, String argument) {
            return SmtpReply.of(250, "2.0.0", argument + " " + calls.incrementAndGet());
          }
        });
      }
    };
  }
}
