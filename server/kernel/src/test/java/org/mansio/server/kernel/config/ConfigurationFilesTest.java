package org.mansio.server.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

class ConfigurationFilesTest {
  private static final Setting<Long> COUNT =
      Setting.number("count", "How many.", 1, 9).defaultsTo("3");
  private static final Setting<String> NAME = Setting.text("name", "Its name.").mandatory();
  private static final SettingSchema SCHEMA = SettingSchema.of(COUNT, NAME);

  @TempDir
  private Path folder;

  private final Problems problems = new Problems();
  private final Variables variables = new Variables(
      Map.of("HOST", "mx.example.org", "TRICK", "${env:HOST}", "EMPTY", "")::get,
      Map.of("a.b", "c")::get);

  private Optional<ConfigElement> read(String text) throws IOException {
    Files.writeString(folder.resolve("x.xml"), text);
    return files().read("x.xml", "x", problems);
  }

  private ConfigurationFiles files() {
    return new ConfigurationFiles(folder, variables);
  }

  private List<String> messages() {
    return problems.errors().stream()
        .map(Problem::toString)
        .map(text -> text.replace(folder + "/", ""))
        .toList();
  }

  @Test
  void tellsWhereElementsAndAttributesStart() throws IOException {
    ConfigElement root = read("""
        <?xml version="1.0"?>
        <!-- <a b="no"> -->
        <x>
          <a  one="1"
              two=">"><![CDATA[<b>]]></a><c/>
        </x>
        """).orElseThrow();
    ConfigElement a = root.children().getFirst();
    assertThat(a.location().toString()).endsWith("x.xml:4:3");
    assertThat(a.locationOf("one").toString()).endsWith("x.xml:4:7");
    assertThat(a.locationOf("two").toString()).endsWith("x.xml:5:7");
    assertThat(a.text()).isEqualTo("<b>");
    assertThat(root.children().get(1).location().toString()).endsWith("x.xml:5:34");
  }

  @Test
  void countsCarriageReturnLineFeedAsOneLineEnd() throws IOException {
    ConfigElement root = read("<x>\r\n<a/>\r\n</x>").orElseThrow();
    assertThat(root.children().getFirst().location().line()).isEqualTo(2);
  }

  @Test
  void replacesVariablesInTextAndAttributes() throws IOException {
    ConfigElement root = read("<x a='${sys:a.b}'>${env:HOST} ${env:NONE:-other} ${env:EMPTY}</x>")
        .orElseThrow();
    assertThat(root.attribute("a")).contains("c");
    assertThat(root.text()).isEqualTo("mx.example.org other");
  }

  @Test
  void takesTheValueOfAVariableAsItIs() throws IOException {
    assertThat(read("<x>${env:TRICK}</x>").orElseThrow().text()).isEqualTo("${env:HOST}");
  }

  @Test
  void keepsAnEscapedVariableAsText() throws IOException {
    assertThat(read("<x>$${env:HOST}</x>").orElseThrow().text()).isEqualTo("${env:HOST}");
  }

  @Test
  void refusesAVariableThatIsNotSet() throws IOException {
    read("<x>\n <a>${env:NONE}</a>\n <b>${sys:no.ne}</b>\n <c>${script:1}</c></x>");
    assertThat(messages())
        .containsExactly(
            "x.xml:2:2: environment variable NONE isn't set; set it, or write ${env:NONE:-default}",
            "x.xml:3:2: system property no.ne isn't set; set it, or write ${sys:no.ne:-default}",
            "x.xml:4:2: '${script:1}' is neither ${env:NAME} nor ${sys:name}; write $${script:1} for the text itself");
  }

  @Test
  void refusesADoctypeWithItsEntities() throws IOException {
    read("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>\n<x>&e;</x>");
    assertThat(messages())
        .singleElement()
        .asString()
        .startsWith("x.xml:1:")
        .contains("a DOCTYPE isn't allowed");
  }

  @Test
  void refusesTextThatIsNotWellFormed() throws IOException {
    read("<x>\n<a></b></x>");
    assertThat(messages())
        .singleElement()
        .asString()
        .startsWith("x.xml:2:")
        .contains("not well-formed XML");
  }

  @Test
  void refusesAFileThatIsNotUtf8() throws IOException {
    Files.write(folder.resolve("x.xml"), "<x>\u00E9</x>".getBytes(StandardCharsets.ISO_8859_1));
    files().read("x.xml", "x", problems);
    assertThat(messages()).containsExactly("x.xml: the file isn't UTF-8");
  }

  @Test
  void refusesAMissingFileAndAForeignRoot() throws IOException {
    files().read("y.xml", "y", problems);
    read("<z/>");
    assertThat(messages())
        .containsExactly(
            "y.xml: the file doesn't exist",
            "x.xml:1:1: the root element is <z>, but has to be <x>");
  }

  @Test
  void refusesTextBetweenElements() throws IOException {
    read("<x>stray<a/></x>");
    assertThat(messages())
        .containsExactly("x.xml:1:1: <x> holds text between its elements: 'stray'");
  }

  @Test
  void takesInTheChildrenOfAnIncludedFile() throws IOException {
    Files.writeString(folder.resolve("part.xml"), "<included>\n<b/><c/></included>");
    ConfigElement root = read("<x><a/><include file='part.xml'/></x>").orElseThrow();
    assertThat(root.children()).extracting(ConfigElement::name).containsExactly("a", "b", "c");
    assertThat(root.children().get(1).location().toString()).endsWith("part.xml:2:1");
  }

  @Test
  void refusesAnIncludeThatIsMissingOrIncludesItself() throws IOException {
    Files.writeString(
        folder.resolve("loop.xml"), "<included><include file='loop.xml'/></included>");
    read("<x>\n<include file='none.xml'/>\n<include file='loop.xml'/></x>");
    assertThat(messages())
        .containsExactly(
            "x.xml:2:10: the included file 'none.xml' doesn't exist",
            "loop.xml:1:11: 'loop.xml' includes itself, or files include each other too deep");
  }

  @Test
  void readsSettings() throws IOException {
    Settings settings = SettingsReader.read(
            read("<x><name>a</name><count></count></x>").orElseThrow(), SCHEMA, "thing", problems)
        .orElseThrow();
    assertThat(settings.get(NAME)).isEqualTo("a");
    assertThat(settings.get(COUNT)).isEqualTo(3);
  }

  @Test
  void reportsEverySettingThatDoesNotFitAtOnce() throws IOException {
    ConfigElement root =
        read("<x>\n<count>12</count>\n<cuont>1</cuont>\n<count a='1'>1</count>\n</x>")
            .orElseThrow();
    assertThat(SettingsReader.read(root, SCHEMA, "thing", problems)).isEmpty();
    assertThat(messages())
        .containsExactlyInAnyOrder(
            "x.xml:2:1: setting 'count' of thing: 12 isn't between 1 and 9",
            "x.xml:3:1: unknown setting 'cuont' of thing; did you mean 'count'?",
            "x.xml:4:8: unknown attribute 'a' of <count>; it has none",
            "x.xml:4:1: setting 'count' of thing stands twice",
            "x.xml:1:1: thing needs the setting 'name'");
  }

  @Test
  void countsAnEmptyMandatorySettingAsMissing() throws IOException {
    SettingsReader.read(
        read("<x><name>${env:EMPTY}</name></x>").orElseThrow(), SCHEMA, "thing", problems);
    assertThat(messages()).containsExactly("x.xml:1:4: setting 'name' of thing is empty");
  }

  @Test
  void namesASettingWhoseOwnTypeBreaksWithoutTellingASecret() throws IOException {
    SettingSchema broken = SettingSchema.of(
        Setting.of(
            "plain", new Setting.Type<>("n", Setting.Kind.PLAIN, Integer::parseInt), "A number."),
        Setting.of(
            "hidden", new Setting.Type<>("n", Setting.Kind.SECRET, Integer::parseInt), "Another."));
    ConfigElement root = read("<x><plain>a</plain><hidden>geheim</hidden></x>").orElseThrow();
    assertThat(SettingsReader.read(root, broken, "thing", problems)).isEmpty();
    assertThat(messages())
        .containsExactly(
            "x.xml:1:4: setting 'plain' of thing can't be read: java.lang.NumberFormatException: For input string: \"a\"",
            "x.xml:1:20: setting 'hidden' of thing can't be read: java.lang.NumberFormatException");
  }

  @Test
  void refusesElementsAndTextInTheWrongPlace() throws IOException {
    SettingsReader.read(read("<x><name><b/></name></x>").orElseThrow(), SCHEMA, "thing", problems);
    SettingsReader.read(read("<x>text</x>").orElseThrow(), SettingSchema.none(), "other", problems);
    assertThat(messages())
        .contains(
            "x.xml:1:4: setting 'name' of thing takes text, not elements",
            "x.xml:1:1: settings of other are elements, but there is text");
  }

  @Test
  void saysAllProblemsInOneException() {
    problems.error(new Location("a.xml", 1, 2), "one");
    problems.warning(new Location("a.xml", 2, 2), "doubt");
    problems.error(new Location("b.xml", 3, 4), "two");
    assertThat(org.assertj.core.api.Assertions.catchThrowable(problems::throwIfErrors))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("a.xml:1:2: one\nb.xml:3:4: two");
    assertThat(problems.warnings()).singleElement().hasToString("a.xml:2:2: warning: doubt");
  }
}
