package org.mansio.server.admin.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.mansio.server.admin.AdminNames;
import org.mansio.server.admin.ChainMXBean;
import org.mansio.server.admin.ChainStep;
import org.mansio.server.admin.SimulatedEnd;
import org.mansio.server.admin.SimulatedWay;
import org.mansio.server.admin.SimulationView;
import org.mansio.server.admin.mailfile.MessageFile;
import org.mansio.server.kernel.Chain;
import org.mansio.server.kernel.ProcessorDescription;
import org.mansio.server.kernel.Simulation;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.SpooledMail;

/** The chain, as its container describes it, and mail on trial in it. */
public final class ChainOperations implements ChainMXBean {
  private final Chain chain;

  public ChainOperations(Chain chain) {
    this.chain = chain;
  }

  @Override
  public List<ChainStep> show() {
    return chain.describe().stream().flatMap(ChainOperations::steps).toList();
  }

  private static Stream<ChainStep> steps(ProcessorDescription processor) {
    return processor.steps().stream()
        .map(step -> new ChainStep(
            processor.name(),
            step.position(),
            step.condition(),
            step.mailet(),
            step.settings(),
            step.location()));
  }

  @Override
  public SimulationView simulate(
      String sender, List<String> recipients, String client, String user, String file) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a mail needs a recipient");
    }
    Optional<MailAddress> reversePath =
        Arguments.text(sender).filter(text -> !text.equals("<>")).map(Arguments::address);
    Envelope envelope = Envelope.of(
        reversePath,
        recipients.stream().map(Arguments::address).map(Recipient::of).toList());
    envelope = envelope.withSmtpUtf8(envelope.hasInternationalAddress());
    return view(
        chain.simulate(SpooledMail.arriving(envelope, message(file), origin(client, user))));
  }

  private static Content message(String file) {
    Path path = Arguments.absolutePath(file);
    try {
      return MessageFile.read(path);
    } catch (NoSuchFileException e) {
      throw new NoSuchElementException("there is no file " + path);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + path + ": " + e.getMessage(), e);
    }
  }

  private static Origin origin(String client, String user) {
    Optional<String> address = Arguments.text(client).map(ChainOperations::hostAddress);
    Optional<String> login = Arguments.text(user);
    if (address.isEmpty() && login.isEmpty()) {
      return Origin.local();
    }
    return new Origin(
        "simulation",
        login.isPresent() ? "ESMTPSA" : "ESMTP",
        address,
        Optional.empty(),
        Optional.empty(),
        login,
        Optional.empty());
  }

  private static String hostAddress(String text) {
    try {
      return InetAddress.ofLiteral(text).getHostAddress();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' isn't an IP address");
    }
  }

  private static SimulationView view(Simulation simulation) {
    return new SimulationView(
        simulation.ways().stream().map(ChainOperations::way).toList(),
        simulation.missing().stream().map(MailAddress::toString).toList(),
        simulation.isComplete());
  }

  private static SimulatedWay way(Simulation.Way way) {
    return new SimulatedWay(
        way.id().value(),
        way.parent().map(MailId::value).orElse(null),
        way.reversePath(),
        way.steps().stream().map(TraceOperations::step).toList(),
        way.ends().stream()
            .map(end -> new SimulatedEnd(
                end.recipient(),
                end.original(),
                AdminNames.text(end.kind()),
                end.where(),
                end.status().map(Object::toString).orElse(null),
                end.text()))
            .toList());
  }
}
