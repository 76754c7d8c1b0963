package org.mansio.server.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.server.kernel.ProcessorDescription;
import org.mansio.spi.Services;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

class ChainReaderTest {
  private static final String ADVICE =
      "; end the processor with a mailet for all mail that lets none go on, such as ToProcessor or Null";

  @TempDir
  private Path folder;

  private ChainFixture fixture;

  @BeforeEach
  void prepare() {
    fixture = new ChainFixture(folder);
  }

  /** Loads a root processor whose content starts at line 2. */
  private void root(String content) throws IOException {
    fixture.load(ChainFixture.chain("<processor state=\"root\">" + content + "</processor>"));
  }

  @Test
  void loadsAChainInTheStyleOfJames() throws IOException {
    fixture.load("""
        <?xml version="1.0"?>
        <mailetcontainer enableJmx="true">
          <processors>
            <processor state="root" enableJmx="true">
              <mailet match="All" class="org.apache.james.transport.mailets.Identity"/>
              <mailet match="All" class="ToProcessor">
                <processor>transport</processor>
              </mailet>
            </processor>
            <processor state="error" enableJmx="false">
              <mailet match="All" class="Null"><onMailetException>propagate</onMailetException></mailet>
            </processor>
            <processor state="transport">
              <matcher name="relay-allowed" match="org.apache.james.mailetcontainer.impl.matchers.Or">
                <matcher match="SenderIs=a@example.org"/>
                <matcher match="org.apache.james.transport.matchers.RecipientIs=b@example.org"/>
              </matcher>
              <mailet match="relay-allowed" class="Deliver">
                <bounceProcessor>bounces</bounceProcessor>
                <onMatchException>nomatch</onMatchException>
              </mailet>
              <mailet match="All" class="ToProcessor"><processor>bounces</processor></mailet>
            </processor>
            <processor state="bounces">
              <mailet match="All" class="Null"/>
            </processor>
          </processors>
        </mailetcontainer>
        """);
    assertThat(fixture.errors()).isEmpty();
    assertThat(fixture.container().describe())
        .extracting(ProcessorDescription::name)
        .containsExactly("root", "error", "transport", "bounces");
    assertThat(fixture.warnings())
        .hasSize(3)
        .allMatch(w -> w.contains("enableJmx has no meaning here"));
  }

  /** With Apache James, an attribute of another name made the condition vanish, and Null took all mail. */
  @Test
  void refusesMatcherInPlaceOfMatch() throws IOException {
    root("\n  <mailet matcher=\"RecipientIs=a@example.org\" class=\"Null\"/>");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:3:11: unknown attribute 'matcher' of <mailet>; did you mean 'match'?");
    assertThat(fixture.container().describe()).isEmpty();
  }

  /** With Apache James, the check at start took names without regard to case, and the run didn't. */
  @Test
  void refusesAProcessorNamedInAnotherCase() throws IOException {
    root("<mailet class=\"ToProcessor\">\n<processor>Error</processor></mailet>");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:3:1: setting 'processor' of mailet ToProcessor names the processor"
                + " 'Error', which doesn't exist; did you mean 'error'? (names are case-sensitive)");
  }

  @Test
  void refusesProcessorsThatDifferInCaseOnly() throws IOException {
    fixture.load(
        ChainFixture.chain("<processor state=\"root\"><mailet class=\"Null\"/></processor>\n"
            + "<processor state=\"Root\"><mailet class=\"Null\"/></processor>"));
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:3:12: processor 'Root' exists already: 'root', which differs in case only");
  }

  /** With Apache James, settings that nothing reads were taken in silence. */
  @Test
  void refusesASettingThatNothingReads() throws IOException {
    root("<mailet class=\"Deliver\">\n<deliveryThreads>2</deliveryThreads></mailet>");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:3:1: unknown setting 'deliveryThreads' of mailet Deliver; known:"
                + " bounceProcessor, password");
  }

  /** With Apache James, mail at the end of a processor was deleted. */
  @Test
  void refusesAProcessorWhoseEndMailCanReach() throws IOException {
    root("<mailet class=\"Identity\"/>");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:2:25: mail can reach the end of processor 'root' without a disposition:"
                + " the last mailet, Identity, lets mail go on" + ADVICE);
  }

  @Test
  void refusesAnEndThatTakesOnlySomeMail() throws IOException {
    root("<mailet match=\"SenderIs=a@example.org\" class=\"Null\"/>");
    assertThat(fixture.errors())
        .singleElement()
        .asString()
        .contains("the last mailet, Null, takes only some mail (SenderIs=a@example.org)");
  }

  @Test
  void refusesAnEndThatLetsMailGoOnWhenItFails() throws IOException {
    root("<mailet class=\"Deliver\"><onMailetException>ignore</onMailetException></mailet>");
    assertThat(fixture.errors())
        .singleElement()
        .asString()
        .contains(
            "the last mailet, Deliver, lets mail go on when it fails (onMailetException is ignore)");
  }

  @Test
  void refusesAnEmptyProcessor() throws IOException {
    root("");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:2:1: processor 'root' has no mailet: mail would end here"
                + ADVICE);
  }

  @Test
  void requiresRootAndError() throws IOException {
    fixture.load(
        "<mailetcontainer><processors><processor state='rot'><mailet class='Null'/></processor>"
            + "</processors></mailetcontainer>");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:1:1: the processor 'root' is required; there is 'rot'",
            "mailetcontainer.xml:1:1: the processor 'error' is required");
  }

  @Test
  void refusesUnknownNamesWithASuggestion() throws IOException {
    root(
        "\n<mailet class=\"null\"/>\n<mailet match=\"RecipentIs=x\" class=\"Null\"/>\n"
            + "<mailet class=\"org.apache.james.transport.mailets.Quarantine\"/>\n<mailet class=\"Null\"/>");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:3:9: unknown mailet 'null'; did you mean 'Null'? (names are case-sensitive)",
            "mailetcontainer.xml:4:9: unknown matcher 'RecipentIs'; did you mean 'RecipientIs'?",
            "mailetcontainer.xml:5:9: unknown mailet 'org.apache.james.transport.mailets.Quarantine'; known: Deliver,"
                + " Identity, Note, Null, ToProcessor");
  }

  @Test
  void refusesUnknownElementsAndTellsWhereThoseOfJamesWent() throws IOException {
    fixture.load("""
        <mailetcontainer>
          <context><postmaster>p@example.org</postmaster></context>
          <spooler><threads>20</threads></spooler>
          <procesors/>
          <processors><proc/></processors>
        </mailetcontainer>
        """);
    assertThat(fixture.errors())
        .contains(
            "mailetcontainer.xml:2:3: <context> isn't read here: the postmaster stands in server.xml, <postmaster>",
            "mailetcontainer.xml:3:3: <spooler> isn't read here: the spool's settings stand in queue.xml; mail that"
                + " fails goes to the processor 'error'",
            "mailetcontainer.xml:4:3: unknown element <procesors> in <mailetcontainer>; did you mean 'processors'?",
            "mailetcontainer.xml:5:15: unknown element <proc> in <processors>; known: processor");
  }

  @Test
  void refusesAConditionThatIsNotOne() throws IOException {
    root("<mailet match=\"SenderIs=a b\" class=\"Null\"/><mailet class=\"Null\"/>");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:2:33: condition of matcher SenderIs: 'a b' has a space");
  }

  @Test
  void refusesMatchTogetherWithNotmatch() throws IOException {
    root("<mailet match=\"All\" notmatch=\"All\" class=\"Null\"/>");
    assertThat(fixture.errors())
        .containsExactly("mailetcontainer.xml:2:45: match and notmatch exclude each other");
  }

  @Test
  void refusesCompositesThatAreNotWellFormed() throws IOException {
    root("\n<matcher name=\"one\" match=\"Xor\"><matcher match=\"All\"/></matcher>"
        + "\n<matcher name=\"SenderIs\" match=\"Not\"><matcher match=\"All\"/></matcher>"
        + "\n<matcher match=\"And\"><matcher match=\"All\"/></matcher>"
        + "\n<matcher name=\"two\" match=\"SenderIs=x\"><matcher match=\"All\"/></matcher>"
        + "\n<mailet match=\"And\" class=\"Null\"/><mailet class=\"Null\"/>");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:3:1: Xor needs at least 2 <matcher match=\"…\"/> in it",
            "mailetcontainer.xml:4:10: 'SenderIs' is a matcher already; choose another name",
            "mailetcontainer.xml:5:1: <matcher> needs the attribute 'name'",
            "mailetcontainer.xml:6:21: only And, Or, Not and Xor take other matchers, not 'SenderIs=x'",
            "mailetcontainer.xml:7:9: And combines matchers: define <matcher name=\"…\" match=\"And\"> with matchers in"
                + " it before, and write its name here");
  }

  @Test
  void refusesAnExceptionRuleThatNamesNoProcessor() throws IOException {
    root("<mailet class=\"Null\">\n<onMailetException>ignor</onMailetException>\n"
        + "<onMatchException>bounces</onMatchException></mailet>");
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:3:1: onMailetException names the processor 'ignor', which doesn't exist; known: error,"
                + " root",
            "mailetcontainer.xml:4:1: onMatchException names the processor 'bounces', which doesn't exist; known:"
                + " error, root");
  }

  @Test
  void refusesADefaultThatNamesAMissingProcessor() throws IOException {
    fixture.mailet(
        "Remote",
        true,
        SettingSchema.of(
            org.mansio.spi.settings.Setting.processor("onFailure", "").defaultsTo("bounces")),
        s -> mail -> org.mansio.spi.mailet.Outcome.dispatched());
    root("<mailet class=\"Remote\"/>");
    assertThat(fixture.errors())
        .containsExactly("mailetcontainer.xml:2:25: setting 'onFailure' of mailet Remote (by"
            + " default) names the processor 'bounces', which doesn't exist; known: error, root");
  }

  @Test
  void refusesAMailetThatCannotBeMade() throws IOException {
    fixture.mailet("Bad", true, s -> {
      throw new NoClassDefFoundError("com/gone/Lib");
    });
    root("<mailet class=\"Bad\"/>");
    assertThat(fixture.errors())
        .singleElement()
        .asString()
        .startsWith("mailetcontainer.xml:2:25: mailet Bad could not be made by ")
        .contains("NoClassDefFoundError: com/gone/Lib");
  }

  /** Breaks where it says what it is. */
  private record Broken(String name, boolean inSettings) implements MailetFactory {
    @Override
    public String description() {
      return "Breaks.";
    }

    @Override
    public SettingSchema settings() {
      if (inSettings) {
        throw new IllegalStateException("no settings");
      }
      return SettingSchema.none();
    }

    @Override
    public boolean ends(Settings settings) {
      throw new IllegalStateException("no end");
    }

    @Override
    public Mailet create(Settings settings, Services services) {
      return mail -> Outcome.next();
    }
  }

  @Test
  void namesPluginAndFactoryOfAMailetThatBreaksWhileItIsRead() throws IOException {
    fixture.mailet(new Broken("One", true)).mailet(new Broken("Other", false));
    root("<mailet class=\"One\"/><mailet class=\"Other\"/>");
    String plugin = "plugin 'test' (" + ChainFixture.class.getName() + "$TestMailets): ";
    String factory = " (" + Broken.class.getName() + ") failed: java.lang.IllegalStateException: ";
    assertThat(fixture.errors())
        .containsExactly(
            "mailetcontainer.xml:2:33: " + plugin + "settings() of mailet 'One'" + factory
                + "no settings",
            "mailetcontainer.xml:2:54: " + plugin + "ends() of mailet 'Other'" + factory
                + "no end");
  }

  @Test
  void warnsOfWhatNoMailReaches() throws IOException {
    fixture.loadProcessors("""
        <processor state="root">
          <matcher name="unused" match="Not"><matcher match="All"/></matcher>
          <mailet class="Null"/>
          <mailet class="Identity"/>
        </processor>
        <processor state="island"><mailet class="ToProcessor"><processor>isle</processor></mailet></processor>
        <processor state="isle"><mailet class="Null"/></processor>""");
    assertThat(fixture.warnings())
        .containsExactly(
            "mailetcontainer.xml:3:3: warning: no mailet uses the matcher 'unused'",
            "mailetcontainer.xml:5:3: warning: no mail comes here: mailet Null before takes all of it",
            "mailetcontainer.xml:7:1: warning: nothing sends mail to the processor 'island'",
            "mailetcontainer.xml:8:1: warning: nothing sends mail to the processor 'isle'");
  }

  @Test
  void describesTheChainWithoutSecrets() throws IOException {
    fixture.loadProcessors(
        "<processor state=\"root\"><mailet notmatch=\"SenderIs=x\" class=\"Deliver\">"
            + "<password>hush</password><bounceProcessor>error</bounceProcessor></mailet><mailet class=\"Null\"/>"
            + "</processor>");
    ProcessorDescription.Step step =
        fixture.container().describe().getFirst().steps().getFirst();
    assertThat(step.condition()).isEqualTo("not SenderIs=x");
    assertThat(step.settings())
        .containsEntry("password", "(hidden)")
        .containsEntry("bounceProcessor", "error");
    assertThat(step.location()).endsWith("mailetcontainer.xml:2:25");
  }
}
