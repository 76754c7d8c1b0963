package org.mansio.server.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.admin.operations.AdminRegistry;
import org.mansio.server.admin.operations.ChainOperations;
import org.mansio.server.kernel.Chain;
import org.mansio.server.kernel.ProcessorDescription;
import org.mansio.server.kernel.Simulation;
import org.mansio.server.kernel.config.Problems;
import org.mansio.spi.admin.AdminBean;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.trace.TraceEvent;

class SimulateCommandTest extends MansioctlFixture {
  private static final Simulation ANSWER = new Simulation(
      List.of(
          new Simulation.Way(
              new MailId("M1"),
              Optional.empty(),
              "<alice@example.org>",
              List.of(TraceEvent.now(
                  new MailId("M1"),
                  TraceEvent.Kind.DISPATCHED,
                  "out/0/RemoteDelivery",
                  "remote:example.net",
                  Map.of("recipients", "bob@example.net"))),
              List.of(new Simulation.End(
                  "bob@example.net",
                  "team@example.org",
                  Simulation.End.Kind.DELIVERY,
                  "remote:example.net",
                  Optional.empty(),
                  "queued for remote:example.net"))),
          new Simulation.Way(
              new MailId("M2"),
              Optional.of(new MailId("M1")),
              "<>",
              List.of(),
              List.of(new Simulation.End(
                  "x@example.org",
                  "x@example.org",
                  Simulation.End.Kind.BOUNCE,
                  "bounces/0/Bounce",
                  Optional.of(new EnhancedStatus(5, 1, 1)),
                  "reported")))),
      List.of(MailAddress.of("carol@example.net")),
      false);

  private final List<SpooledMail> simulated = new ArrayList<>();

  @TempDir
  Path folder;

  private String file;

  private final class TrialChain implements Chain {
    @Override
    public void load(Problems problems) {}

    @Override
    public void reload() {}

    @Override
    public List<ProcessorDescription> describe() {
      return List.of();
    }

    @Override
    public ProcessingResult process(SpooledMail mail) {
      throw new AssertionError("a simulation processes nothing");
    }

    @Override
    public Simulation simulate(SpooledMail mail) {
      simulated.add(mail);
      return ANSWER;
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void offerChain() throws IOException {
    new AdminRegistry(beans)
        .register(new AdminBean("Chain", new ChainOperations(new TrialChain())));
    file = Files.writeString(folder.resolve("mail.eml"), "Subject: s\n\nb\n").toString();
  }

  @Test
  void tellsWaysAndEnds() {
    assertThat(run(
            List.of("simulate", "--from", "alice@example.org", "--to", "team@example.org", file)))
        .isZero();
    assertThat(printed())
        .contains("Mail M1 from <alice@example.org>\n")
        .containsPattern("out/0/RemoteDelivery +dispatched +remote:example.net")
        .containsPattern(
            "bob@example.net, asked for as team@example.org +delivery +remote:example.net")
        .contains("Mail M2 from <>, which M1 would send")
        .containsPattern("x@example.org +bounce +bounces/0/Bounce +5\\.1\\.1 +reported")
        .contains("carol@example.net has no end of its own", "More mails would be sent")
        .endsWith("Simulated: nothing was queued, delivered, written or sent.\n");
  }

  @Test
  void tellsTheSameAsJson() {
    assertThat(run(List.of(
            "simulate", "--from", "alice@example.org", "--to", "team@example.org", "--json", file)))
        .isZero();
    assertThat(printed())
        .contains("\"id\":\"M1\",\"parent\":null", "\"end\":\"delivery\"", "\"status\":\"5.1.1\"")
        .contains("\"missing\":[\"carol@example.net\"],\"complete\":false");
  }

  @Test
  void theChainGetsEnvelopeOriginAndMessage() throws IOException {
    assertThat(run(List.of(
            "simulate",
            "--from",
            "<>",
            "--to",
            "bob@example.net",
            "--to",
            "carol@example.net",
            "--client",
            "192.0.2.1",
            "--user",
            "alice",
            file)))
        .isZero();
    SpooledMail mail = simulated.getFirst();
    assertThat(mail.envelope().sender()).isEmpty();
    assertThat(mail.envelope().recipients())
        .extracting(Object::toString)
        .containsExactly("bob@example.net", "carol@example.net");
    assertThat(mail.origin().remoteAddress()).contains("192.0.2.1");
    assertThat(mail.origin().authenticatedUser()).contains("alice");
    assertThat(mail.content().size()).isEqualTo("Subject: s\r\n\r\nb\r\n".length());
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThat(run(List.of("simulate", "--from", "a@b.example", file))).isEqualTo(ExitCodes.USAGE);
    assertThat(run(List.of("simulate", "--from", "a b", "--to", "c@d.example", file)))
        .isEqualTo(ExitCodes.DATA);
    assertThat(run(List.of(
            "simulate", "--from", "a@b.example", "--to", "c@d.example", "--client", "host", file)))
        .isEqualTo(ExitCodes.DATA);
    assertThat(run(
            List.of("simulate", "--from", "a@b.example", "--to", "c@d.example", file + ".none")))
        .isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(err.toString()).contains("there is no file");
    assertThat(simulated).isEmpty();
  }
}
