package org.mansio.server.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mansio.server.kernel.TransportRegistry;
import org.mansio.server.kernel.config.ConfigurationFiles;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.Variables;
import org.mansio.server.kernel.plugin.PluginRegistry;
import org.mansio.spi.Plugin;
import org.mansio.spi.Services;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Matcher;
import org.mansio.spi.mailet.MatcherFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.queue.ProcessingResult;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.testkit.FakeServices;
import org.mansio.spi.trace.TraceEvent;

/** A mailet container over a chain of the test, with a handful of mailets and matchers that show how it works. */
final class ChainFixture {
  static final Setting<String> PROCESSOR =
      Setting.processor("processor", "Where to.").mandatory();
  static final Setting<String> BOUNCES =
      Setting.processor("bounceProcessor", "Failures.").defaultsTo("error");
  static final Setting<String> SECRET = Setting.secret("password", "Hidden.");

  final FakeServices services = new FakeServices();
  final TransportRegistry transports = new TransportRegistry();
  final Problems problems = new Problems();
  final List<String> served = new ArrayList<>();

  /** Mailets that run in simulations. */
  final Set<String> simulated =
      new HashSet<>(Set.of("Null", "Identity", "Note", "ToProcessor", "Deliver"));

  private final Path folder;
  private @org.jspecify.annotations.Nullable MailetContainer container;
  private final List<MailetFactory> mailets = new ArrayList<>();
  private final List<MatcherFactory> matchers = new ArrayList<>();

  ChainFixture(Path folder) {
    this.folder = folder;
    mailet("Null", true, s -> mail -> Outcome.dropped("unwanted"));
    mailet("Identity", false, s -> mail -> Outcome.next());
    mailet("Note", false, s -> mail -> {
      served.add(mail.processor() + ":" + String.join(",", addresses(mail.envelope())));
      return Outcome.next();
    });
    mailet(
        "ToProcessor",
        true,
        SettingSchema.of(PROCESSOR),
        s -> mail -> Outcome.toProcessor(s.get(PROCESSOR)));
    mailet("Deliver", true, SettingSchema.of(BOUNCES, SECRET), s -> mail -> {
      mail.recipients()
          .forEach(r ->
              mail.dispatch(new Route("smtp", r.address().domain(), s.get(BOUNCES)), List.of(r)));
      return Outcome.dispatched();
    });
    matcher(
        "RecipientIs",
        condition -> mail -> mail.recipients().stream()
            .filter(r -> condition.contains(r.toString()))
            .toList());
    matcher(
        "SenderIs",
        condition -> mail ->
            mail.sender().map(Object::toString).filter(condition::equals).isPresent()
                ? mail.recipients()
                : List.of());
    matcher("Broken", condition -> mail -> {
      throw new IllegalStateException("the matcher is broken");
    });
  }

  /** Made at the first use, so that a test can add mailets before. */
  MailetContainer container() {
    if (container == null) {
      container = new MailetContainer(
          new ConfigurationFiles(folder, new Variables(name -> null, name -> null)),
          PluginRegistry.of(List.of(new TestMailets()), problems),
          services,
          transports);
    }
    return container;
  }

  private final class TestMailets implements Plugin {
    @Override
    public String name() {
      return "test";
    }

    @Override
    public String version() {
      return "0";
    }

    @Override
    public int spiVersion() {
      return SpiVersion.CURRENT;
    }

    @Override
    public List<MailetFactory> mailets() {
      return List.copyOf(mailets);
    }

    @Override
    public List<MatcherFactory> matchers() {
      return List.copyOf(matchers);
    }
  }

  ChainFixture mailet(String name, boolean ends, Function<Settings, Mailet> maker) {
    return mailet(name, ends, SettingSchema.none(), maker);
  }

  /** With a mailet Fail, which throws that, be it checked or not. */
  ChainFixture failing(Throwable thrown) {
    return mailet("Fail", false, s -> mail -> {
      throw ChainFixture.<RuntimeException>sneaky(thrown);
    });
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  ChainFixture mailet(
      String name, boolean ends, SettingSchema schema, Function<Settings, Mailet> maker) {
    mailets.add(new MailetFactory() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String description() {
        return "A mailet of the test.";
      }

      @Override
      public SettingSchema settings() {
        return schema;
      }

      @Override
      public boolean ends(Settings settings) {
        return ends;
      }

      @Override
      public boolean runsInSimulation(Settings settings) {
        return simulated.contains(name);
      }

      @Override
      public Mailet create(Settings settings, Services given) {
        return maker.apply(settings);
      }
    });
    return this;
  }

  ChainFixture mailet(MailetFactory factory) {
    mailets.add(factory);
    return this;
  }

  private void matcher(String name, Function<String, Matcher> maker) {
    matchers.add(new MatcherFactory() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String description() {
        return "A matcher of the test.";
      }

      @Override
      public Matcher create(String condition, Services given) throws InvalidSettingException {
        if (condition.contains(" ")) {
          throw new InvalidSettingException("'" + condition + "' has a space");
        }
        return maker.apply(condition);
      }
    });
  }

  /** The whole file. */
  void load(String file) throws IOException {
    write(file);
    container().load(problems);
  }

  /** The processors; error drops all mail unless it is among them. */
  void loadProcessors(String processors) throws IOException {
    load(chain(processors));
    if (problems.hasErrors()) {
      throw new AssertionError(errors().toString());
    }
  }

  /** The processor root alone. */
  void root(String content) throws IOException {
    loadProcessors("<processor state=\"root\">" + content + "</processor>");
  }

  static String chain(String processors) {
    String error = processors.contains("state=\"error\"")
        ? ""
        : "<processor state=\"error\"><mailet class=\"Note\"/><mailet class=\"Null\"/></processor>";
    return "<mailetcontainer><processors>\n" + processors + "\n" + error
        + "</processors></mailetcontainer>";
  }

  void write(String file) throws IOException {
    Files.writeString(folder.resolve("mailetcontainer.xml"), file);
  }

  List<String> errors() {
    return texts(problems.errors());
  }

  List<String> warnings() {
    return texts(problems.warnings());
  }

  private List<String> texts(List<Problem> list) {
    return list.stream()
        .map(Problem::toString)
        .map(text -> text.replace(folder + "/", ""))
        .toList();
  }

  static SpooledMail mail(String... recipients) {
    return SpooledMail.arriving(
        Envelope.of("sender@example.org", recipients),
        Content.of("Subject: s\r\n\r\nb\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
        Origin.local());
  }

  ProcessingResult run(SpooledMail mail) {
    return container().process(mail);
  }

  static List<String> addresses(Envelope envelope) {
    return envelope.recipients().stream().map(Object::toString).toList();
  }

  Stream<TraceEvent> events(TraceEvent.Kind kind) {
    return services.trace.events().stream().filter(e -> e.kind() == kind);
  }

  /** Where each recipient went: dispatched to a lane, or waiting. */
  static Map<String, List<String>> lanes(ProcessingResult result) {
    Map<String, List<String>> lanes = new java.util.TreeMap<>();
    result
        .dispatches()
        .forEach(d -> lanes
            .computeIfAbsent(d.route().lane(), l -> new ArrayList<>())
            .addAll(addresses(d.mail().envelope())));
    return lanes;
  }
}
