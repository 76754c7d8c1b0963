package org.mansio.dist.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code conf/} fit their schemas, show every setting, and every variable in them is documented. */
class ShippedConfigurationTest {
  private static final Pattern VARIABLE = Pattern.compile("MANSIO_[A-Z_]+");

  @ParameterizedTest
  @ValueSource(strings = {"server", "queue", "dns", "directory", "mailetcontainer"})
  void eachFileFitsItsSchema(String name) {
    Path file = Repository.CONF.resolve(name + ".xml");
    Path schema = Repository.CONF.resolve("schema").resolve(name + ".xsd");
    assertThatCode(() -> SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
            .newSchema(schema.toFile())
            .newValidator()
            .validate(new StreamSource(file.toFile())))
        .doesNotThrowAnyException();
    assertThat(Repository.read(file))
        .contains("xsi:noNamespaceSchemaLocation=\"schema/" + name + ".xsd\"");
  }

  @Test
  void serverXmlShowsEverySetting() {
    shows("server.xml", Factories.serverParts());
    shows("server.xml", Factories.stores());
    shows("server.xml", Factories.listeners());
  }

  @Test
  void queueDnsAndDirectoryXmlShowEverySetting() {
    shows("queue.xml", Factories.queues());
    shows("dns.xml", Factories.resolvers());
    shows("directory.xml", Factories.directories());
  }

  private static void shows(String file, List<Factories.Described> parts) {
    String text = Repository.read(Repository.CONF.resolve(file));
    Stream<String> settings = parts.stream()
        .flatMap(part -> part.settings().settings().stream())
        .map(setting -> "<" + setting.name() + ">");
    Stream<String> attributes = parts.stream()
        .flatMap(part -> part.settings().groups().stream())
        .flatMap(group -> group.attributes().stream())
        .map(setting -> " " + setting.name() + "=\"");
    List<String> missing = Stream.concat(settings, attributes)
        .distinct()
        .filter(shown -> !text.contains(shown))
        .toList();
    assertThat(missing).as("settings that %s doesn't show", file).isEmpty();
  }

  @Test
  void everyVariableIsDocumentedAndEveryDocumentedOneRead() {
    TreeSet<String> read = Stream.of("server", "queue", "dns", "directory", "mailetcontainer")
        .flatMap(name -> variables(Repository.CONF.resolve(name + ".xml")))
        .collect(Collectors.toCollection(TreeSet::new));
    Stream.of("mansio", "mansioctl")
        .flatMap(script -> variables(Repository.ROOT.resolve("dist/bin").resolve(script)))
        // In the scripts' help, a way of saying "all of them".
        .filter(name -> !name.equals("MANSIO_"))
        .forEach(read::add);

    TreeSet<String> documented = variables(Repository.DOCS.resolve("configuration.md"))
        .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(read);
  }

  private static Stream<String> variables(Path file) {
    return VARIABLE.matcher(Repository.read(file)).results().map(MatchResult::group);
  }
}
