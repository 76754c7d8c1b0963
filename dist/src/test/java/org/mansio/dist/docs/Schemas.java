package org.mansio.dist.docs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mansio.dist.docs.Factories.Described;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingGroup;

/**
 * Writes the schemas in {@code conf/schema}, for editors: they offer names and explain them. The server itself checks more
 * than XML Schema 1.0 can say, such as which setting belongs to which mailet.
 */
final class Schemas {
  private static final String HEAD = """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- Generated from what the parts of the server state; the build fails when it differs. For editors: names and their meaning. -->
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
      """;

  /** What plugins may extend: names in the schema are checked and offered, others let through. */
  private static final String ANY = "<xs:any namespace=\"##any\" processContents=\"lax\"/>\n";

  private static final String COMPOSITE = """
      <xs:complexType name="composite">
        <xs:annotation>
          <xs:documentation>A matcher made of others: And, Or, Not, Xor; usable below by its name.</xs:documentation>
        </xs:annotation>
        <xs:sequence>
          <xs:element name="matcher" type="composite" minOccurs="0" maxOccurs="unbounded"/>
        </xs:sequence>
        <xs:attribute name="name" type="xs:string"/>
        <xs:attribute name="match" type="xs:string"/>
        <xs:attribute name="notmatch" type="xs:string"/>
      </xs:complexType>
      """;

  private Schemas() {}

  /** File name to content. */
  static Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("server.xsd", server());
    files.put("queue.xsd", single("queue", Factories.queues()));
    files.put("dns.xsd", single("dns", Factories.resolvers()));
    files.put("directory.xsd", single("directory", Factories.directories()));
    files.put("mailetcontainer.xsd", chain());
    return files;
  }

  private static String single(String root, List<Described> kinds) {
    return HEAD
        + settings(kinds)
        + element(root, attribute("type", names(kinds), true), ANY)
        + "</xs:schema>\n";
  }

  private static String server() {
    List<Described> open = Stream.of(
            Factories.listeners(),
            Factories.extensions(),
            Factories.backgroundServices(),
            Factories.hooks(),
            Factories.mechanisms(),
            Factories.stores())
        .flatMap(List::stream)
        .toList();
    String listener = element(
        "listener",
        attribute("name", List.of(), true)
            + attribute("protocol", names(Factories.listeners()), true),
        ANY);
    String extension =
        element("extension", attribute("name", names(Factories.extensions()), true), ANY);
    String service = element(
        "service",
        attribute("name", List.of(), true)
            + attribute("type", names(Factories.backgroundServices()), true),
        ANY);
    String store = element("store", attribute("type", names(Factories.stores()), true), ANY);
    StringBuilder parts = new StringBuilder();
    for (Described part : Factories.serverParts()) {
      parts.append(
          part.name().equals("server")
              ? settings(List.of(part))
              : element(part.name(), "", settings(List.of(part))));
    }
    String hook =
        element("hook", attribute("name", names(Factories.hooks()), true) + hookAttributes(), ANY);
    String mechanism = element(
        "mechanism",
        attribute("name", names(Factories.mechanisms()), true)
            + attribute("enabled", List.of("true", "false"), false),
        ANY);
    return HEAD
        + settings(open)
        + element("hooks", "", hook)
        + element(
            "server",
            "",
            parts
                + element("sasl", "", mechanism)
                + store
                + element("extensions", "", extension)
                + element("listeners", "", listener)
                + element("background", "", service))
        + "</xs:schema>\n";
  }

  private static String hookAttributes() {
    return Factories.hookUse().settings().settings().stream()
        .map(setting -> attribute(setting.name(), List.of(), false))
        .collect(Collectors.joining());
  }

  private static String chain() {
    String mailet = element(
        "mailet",
        attribute("class", names(Factories.mailets()), true)
            + attribute("match", List.of(), false)
            + attribute("notmatch", List.of(), false),
        ANY);
    String processor = element(
        "processor",
        attribute("state", List.of(), true),
        "<xs:element name=\"matcher\" type=\"composite\"/>\n" + mailet);
    return HEAD
        + COMPOSITE
        + settings(Factories.mailets())
        + element("mailetcontainer", "", element("processors", "", processor))
        + "</xs:schema>\n";
  }

  private static String element(String name, String attributes, String children) {
    return "<xs:element name=\"" + name + "\">\n"
        + ("<xs:complexType>\n"
                + "  <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">\n"
                + children.indent(4)
                + "  </xs:choice>\n"
                + attributes.indent(2)
                + "</xs:complexType>")
            .indent(2)
        + "</xs:element>\n";
  }

  /** An attribute that offers names, and takes any other: plugins bring more. */
  private static String attribute(String name, List<String> offered, boolean required) {
    String use = required ? " use=\"required\"" : "";
    if (offered.isEmpty()) {
      return "<xs:attribute name=\"" + name + "\" type=\"xs:string\"" + use + "/>\n";
    }
    String values = offered.stream()
        .map(value -> "<xs:enumeration value=\"" + value + "\"/>\n")
        .collect(Collectors.joining());
    return "<xs:attribute name=\"" + name + "\"" + use + ">\n"
        + "  <xs:simpleType>\n"
        + "    <xs:union memberTypes=\"xs:string\">\n"
        + "      <xs:simpleType>\n"
        + "        <xs:restriction base=\"xs:string\">\n"
        + values.indent(10)
        + "        </xs:restriction>\n"
        + "      </xs:simpleType>\n"
        + "    </xs:union>\n"
        + "  </xs:simpleType>\n"
        + "</xs:attribute>\n";
  }

  private static List<String> names(List<Described> kinds) {
    return kinds.stream().map(Described::name).toList();
  }

  /** All settings of these kinds, each name once; at the top of a schema they are what {@link #ANY} finds. */
  private static String settings(List<Described> kinds) {
    Map<String, String> meanings = new TreeMap<>();
    for (Described kind : kinds) {
      for (Setting<?> setting : kind.settings().settings()) {
        meanings.merge(setting.name(), setting.description(), Schemas::both);
      }
    }
    String groups = kinds.stream()
        .flatMap(kind -> kind.settings().groups().stream())
        .distinct()
        .map(Schemas::group)
        .collect(Collectors.joining());
    return meanings.entrySet().stream()
            .map(meaning -> setting(meaning.getKey(), meaning.getValue()))
            .collect(Collectors.joining())
        + groups;
  }

  /** An element whose settings are its attributes. */
  private static String group(SettingGroup group) {
    String attributes = group.attributes().stream()
        .map(setting -> "<xs:attribute name=\"" + setting.name() + "\" type=\"xs:string\""
            + (setting.required() ? " use=\"required\"" : "") + ">\n"
            + documentation(setting.description()).indent(2)
            + "</xs:attribute>\n")
        .collect(Collectors.joining());
    return "<xs:element name=\"" + group.name() + "\">\n"
        + documentation(group.description()).indent(2)
        + "  <xs:complexType>\n"
        + attributes.indent(4)
        + "  </xs:complexType>\n"
        + "</xs:element>\n";
  }

  private static String both(String one, String other) {
    return one.contains(other) ? one : one + " / " + other;
  }

  private static String setting(String name, String meaning) {
    return "<xs:element name=\"" + name + "\" type=\"xs:string\">\n"
        + documentation(meaning).indent(2)
        + "</xs:element>\n";
  }

  private static String documentation(String meaning) {
    return "<xs:annotation>\n"
        + "  <xs:documentation>" + meaning.replace("&", "&amp;").replace("<", "&lt;")
        + "</xs:documentation>\n"
        + "</xs:annotation>\n";
  }
}
