package org.mansio.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mansio.dist.mail.Mailbox;
import org.mansio.dist.mail.SmtpClient;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;

/** Plugins by people who have nothing but the SPI. */
class StrangerMailetIT {
  private static final int EX_CONFIG = 78;
  private static final Path PROJECT = Installation.source().resolve("src/it/stranger-mailet");

  private static String withStamp(String chain) {
    return chain.replaceFirst(
        "(<processor state=\"root\">)",
        "$1\n      <mailet match=\"All\" class=\"Stamp\"><text>by a stranger</text></mailet>");
  }

  @Test
  void aStrangersMailetInThePluginFolderDoesItsWork() throws Exception {
    Installation installation =
        Installation.fresh("stranger").edit("mailetcontainer.xml", StrangerMailetIT::withStamp);
    PluginJar.build(PROJECT, installation.plugins(), "stamp");

    try (RunningServer server = RunningServer.withUsers(installation, Map.of());
        SmtpClient client = SmtpClient.connect(server.smtp()).ehlo()) {
      TestMessage mail = TestMessage.of("stamped", 1000);
      client.mail("a@example.com", List.of("bob@example.org"), mail.octets());

      Mailbox bob = Mailbox.of(installation.data(), "bob", "example.org");
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> bob.count() == 1);
      assertThat(new String(bob.messages().getFirst(), StandardCharsets.UTF_8))
          .contains("X-Stamp: by a stranger\r\n");
      assertThat(installation.ctlWithInput("", "plugins")).contains("stamp").contains("1.0.0");
      assertThat(installation.ctlWithInput("", "trace", mail.id())).contains("stamped");
    }
  }

  @Test
  void aWrongSettingOfAStrangersMailetStopsStartUpToo() {
    Installation installation = Installation.fresh("stranger-setting")
        .edit(
            "mailetcontainer.xml",
            chain -> withStamp(chain).replace("text>by a stranger</text", "txt>x</txt"));
    PluginJar.build(PROJECT, installation.plugins(), "stamp");

    Commands.Result check = installation.mansio("check");

    assertThat(check.exitCode()).isEqualTo(EX_CONFIG);
    assertThat(check.all()).containsPattern("mailetcontainer\\.xml:[0-9]+:[0-9]+.*txt.*text");
  }

  @Test
  void aBrokenPluginStopsStartUpWithItsDirectoryAndClass() {
    Installation installation = Installation.fresh("broken-plugin");
    PluginJar.naming("com.example.missing.LostPlugin", installation.plugins(), "broken");

    Commands.Result run = installation.mansio("run");

    assertThat(run.exitCode()).isEqualTo(EX_CONFIG);
    assertThat(run.all()).contains("plugins/broken").contains("com.example.missing.LostPlugin");
  }
}
