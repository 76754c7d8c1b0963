package org.mansio.dist.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.dist.mail.Arrived;
import org.mansio.dist.mail.Sending;
import org.mansio.dist.mail.Sink;
import org.mansio.dist.mail.TestMessage;
import org.mansio.dist.server.Commands;
import org.mansio.dist.server.Installation;
import org.mansio.dist.server.RunningServer;
import org.mansio.server.dns.DnsTestServer;

/** A customer of another project asks for the mail of its domain: fetchmail, by ATRN (RFC 2645) and by ETRN (RFC 1985). */
@Tag("interop")
class OnDemandIT {
  private static final String SENDER = "someone@example.com";
  private static final String SHOP = "shop@example.org";
  private static final String RECIPIENT = "counter@shop.example";
  private static final String ELSEWHERE = "desk@firm.example";
  private static final String CUSTOMERS = "<customer>user:" + SHOP + " shop.example</customer>"
      + "<customer>address:127.0.0.0/8 shop.example</customer>"
      + "<customer>user:bob@example.org firm.example</customer>";
  private static final Pattern COUNT = Pattern.compile("\"count\"\\s*:\\s*([0-9]+)");
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** What ETRN starts goes to the host of the MX record, and there to port 25. */
  private static final String SHOPS_ADDRESS = "127.66.25.3";

  @TempDir
  Path folder;

  @Test
  void fetchmailCollectsByOdmrWhatWaits() throws Exception {
    try (RunningServer provider = provider("interop-odmr", Map.of());
        Sink shop = Sink.smtp()) {
      List<TestMessage> mails = Sending.mixed("odmr", 100);
      List<TestMessage> others = Sending.mixed("other", 5);
      Sending.all(Sending.door(provider.smtp()), 10, SENDER, RECIPIENT, mails);
      Sending.all(Sending.door(provider.smtp()), 1, SENDER, ELSEWHERE, others);
      waits(provider, "shop.example", mails.size());
      waits(provider, "firm.example", others.size());

      Commands.Result refused = fetchmail(odmr(provider, "wrong", shop.port()));
      assertThat(refused.exitCode()).as(refused.all()).isNotZero();
      assertThat(refused.output()).contains("535 5.7.8 ");
      Commands.Result collected = fetchmail(odmr(provider, RunningServer.PASSWORD, shop.port()));

      assertThat(collected.exitCode()).as(collected.all()).isZero();
      Arrived.unchanged(mails, shop::messages);
      assertThat(shop.arrivals()).allSatisfy(arrival -> {
        assertThat(arrival.sender()).isEqualTo(SENDER);
        assertThat(arrival.recipients()).containsExactly(RECIPIENT);
      });
      waits(provider, "shop.example", 0);
      waits(provider, "firm.example", others.size());
    }
  }

  @Test
  void fetchmailStartsTheQueueByEtrn() throws Exception {
    try (OtherServer shop = OtherServer.smtpSink(SHOPS_ADDRESS, 25);
        DnsTestServer dns = DnsTestServer.start()
            .mx("shop.example", 10, "mail.shop.example")
            .mx("shop.example", 20, "mx.example.org")
            .host("mail.shop.example", SHOPS_ADDRESS)
            .host("mx.example.org", "127.0.0.1");
        RunningServer provider =
            provider("interop-etrn", Map.of("MANSIO_DNS_SERVERS", dns.address()))) {
      List<TestMessage> mails = Sending.mixed("etrn", 20);
      Sending.all(Sending.door(provider.smtp()), 5, SENDER, RECIPIENT, mails);
      waits(provider, "shop.example", mails.size());
      assertThat(shop.messages()).isEmpty();

      Commands.Result asked = fetchmail("poll 127.0.0.1 protocol ETRN service " + provider.smtp()
          + " fetchdomains shop.example\n");

      assertThat(asked.exitCode()).as(asked.all()).isZero();
      Arrived.unchanged(mails, shop::messages);
      waits(provider, "shop.example", 0);
    }
  }

  /** Keeps the mail of shop.example, for a customer who knows CRAM-MD5 alone, as RFC 2645 §5.1 has it. */
  private static RunningServer provider(String name, Map<String, String> environment) {
    Installation installation = Installation.fresh(name)
        .edit(
            "server.xml",
            text -> text.replace("<customer></customer>", CUSTOMERS)
                .replace("<sasl>\n", "<sasl><mechanism name=\"CRAM-MD5\"/>"));
    RunningServer provider = RunningServer.withUsers(installation, environment).addUser("shop");
    installation.ctlWithInput(
        RunningServer.PASSWORD + "\n", "user", "passwd", SHOP, "--legacy-secrets");
    return provider;
  }

  private static void waits(RunningServer provider, String domain, int count) {
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(waiting(provider, domain)).isEqualTo(count));
  }

  private static int waiting(RunningServer provider, String domain) {
    String json = provider.installation().ctlWithInput("", "queue", "waiting", domain, "--json");
    return COUNT
        .matcher(json)
        .results()
        .map(MatchResult::group)
        .map(COUNT::matcher)
        .mapToInt(found -> found.matches() ? Integer.parseInt(found.group(1)) : 0)
        .sum();
  }

  private static String odmr(RunningServer provider, String password, int next) {
    return "poll 127.0.0.1 protocol ODMR service " + provider.odmr()
        + " user \"" + SHOP + "\" password \"" + password
        + "\" fetchdomains shop.example sslproto '' smtphost 127.0.0.1/" + next + "\n";
  }

  /** One run of fetchmail, with its lock and its state in the test's folder. */
  private Commands.Result fetchmail(String configuration) throws IOException {
    Path file = Files.writeString(folder.resolve("fetchmailrc"), configuration);
    // It takes no passwords from files that others may read.
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return Commands.run(
        folder,
        Map.of("FETCHMAILHOME", folder.toString(), "LC_ALL", "C"),
        "",
        List.of(
            "fetchmail", "--nodetach", "--nosyslog", "-v", "-v", "--fetchmailrc", file.toString()));
  }
}
