package org.mansio.server.kernel.config;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.mansio.server.kernel.config.ConfigElement.Attribute;
import org.mansio.spi.settings.InvalidSettingException;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** Builds the tree of one XML text, variables replaced, each element with its place. Used once, by one thread. */
final class XmlTree extends DefaultHandler {
  private final String file;
  private final TagPositions positions;
  private final Replacement variables;
  private final Problems problems;
  private final Deque<Open> open = new ArrayDeque<>();
  private Optional<ConfigElement> root = Optional.empty();
  private int tagCount;

  /** An element whose end hasn't come yet. */
  private static final class Open {
    final Map<String, Attribute> attributes = new LinkedHashMap<>();
    final StringBuilder text = new StringBuilder();
    final List<ConfigElement> children = new ArrayList<>();
    final Location location;

    Open(Location location) {
      this.location = location;
    }
  }

  /** Puts values in the place of variables. */
  @FunctionalInterface
  interface Replacement {
    String replace(String text) throws InvalidSettingException;
  }

  private XmlTree(String file, String text, Replacement variables, Problems problems) {
    this.file = file;
    this.positions = new TagPositions(text);
    this.variables = variables;
    this.problems = problems;
  }

  /** The root element; empty when the text isn't well-formed, which is then among the problems. */
  static Optional<ConfigElement> parse(
      String file, String text, Variables variables, Problems problems) {
    return parse(file, text, variables::replace, false, problems);
  }

  /** The same without a look at variables. A DOCTYPE may be there, and has no effect. */
  static Optional<ConfigElement> parseAsItStands(String file, String text, Problems problems) {
    return parse(file, text, verbatim -> verbatim, true, problems);
  }

  private static Optional<ConfigElement> parse(
      String file, String text, Replacement variables, boolean doctype, Problems problems) {
    XmlTree tree = new XmlTree(file, text, variables, problems);
    try {
      parser(doctype).parse(new InputSource(new StringReader(text)), tree);
      return tree.root;
    } catch (SAXParseException e) {
      problems.error(new Location(file, e.getLineNumber(), e.getColumnNumber()), explain(e));
      return Optional.empty();
    } catch (SAXException | IOException e) {
      problems.error(Location.of(file), "not readable as XML: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static String explain(SAXParseException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("DOCTYPE")
        ? "a DOCTYPE isn't allowed; use <include file=\"…\"/> to split a file"
        : "not well-formed XML: " + message;
  }

  private static SAXParser parser(boolean doctype) throws SAXException {
    try {
      SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      // Without a DTD there is neither an external entity nor one that expands without end.
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", !doctype);
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
      factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
      return factory.newSAXParser();
    } catch (ParserConfigurationException e) {
      throw new SAXException(e);
    }
  }

  @Override
  public void error(SAXParseException e) throws SAXException {
    throw e;
  }

  @Override
  public void startElement(String uri, String localName, String name, Attributes attributes) {
    int tag = tagCount++;
    Open element = new Open(positions.tag(file, tag));
    for (int i = 0; i < attributes.getLength(); i++) {
      String attribute = attributes.getQName(i);
      // For editors that complete and check while typing.
      if (!attribute.startsWith("xmlns") && !attribute.startsWith("xsi:")) {
        Location location = positions.attribute(file, tag, attribute);
        element.attributes.put(
            attribute, new Attribute(replace(attributes.getValue(i), location), location));
      }
    }
    open.push(element);
  }

  @Override
  public void characters(char[] characters, int start, int length) {
    open.element().text.append(characters, start, length);
  }

  @Override
  public void endElement(String uri, String localName, String name) {
    Open element = open.pop();
    String text = replace(element.text.toString().strip(), element.location);
    if (!text.isBlank() && !element.children.isEmpty()) {
      problems.error(
          element.location,
          "<" + name + "> holds text between its elements: '" + firstLine(text) + "'");
    }
    ConfigElement result = new ConfigElement(
        name, element.attributes, text.strip(), element.children, element.location);
    if (open.isEmpty()) {
      root = Optional.of(result);
    } else {
      open.element().children.add(result);
    }
  }

  private String replace(String text, Location location) {
    try {
      return variables.replace(text);
    } catch (InvalidSettingException e) {
      problems.error(location, String.valueOf(e.getMessage()));
      return "";
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }
}
