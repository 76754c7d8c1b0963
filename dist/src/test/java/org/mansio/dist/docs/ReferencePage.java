package org.mansio.dist.docs;

import java.util.List;
import java.util.stream.Stream;
import org.mansio.dist.docs.Factories.Described;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingGroup;
import org.mansio.spi.settings.SettingSchema;

/** Writes {@code docs/reference.md}. */
final class ReferencePage {
  private static final String INTRODUCTION = """
      # Reference

      Everything that can be set, as the parts of the server state it themselves: this page is generated from them, and the
      build fails when it differs. How the files hang together, and the environment variables: [configuration](configuration.md).

      A setting is an element: `<maxHops>100</maxHops>`. Sizes: `512`, `64K`, `20M`, `2G` (octets, powers of 1024). Durations:
      `250ms`, `30s`, `5m`, `4h`, `5d`. "list": several values, separated by commas or in several elements.
      """;

  private final StringBuilder page = new StringBuilder();

  private ReferencePage() {}

  static String text() {
    ReferencePage writer = new ReferencePage();
    writer.page.append(INTRODUCTION);
    writer.chapter("server.xml: the server", "", Factories.serverParts());
    writer.chapter("server.xml: `<store type=\"…\">`", "", Factories.stores());
    writer.chapter("server.xml: `<listener name=\"…\" protocol=\"…\">`", "", Factories.listeners());
    if (!Factories.hooks().isEmpty()) {
      writer.chapter("server.xml: `<hook name=\"…\">` of a listener", "", hooks());
    }
    writer.chapter("server.xml: `<mechanism name=\"…\">` of `<sasl>`", "", Factories.mechanisms());
    writer.chapter(
        "server.xml: `<extension name=\"…\">` of `<extensions>`", "", Factories.extensions());
    writer.chapter(
        "server.xml: `<service name=\"…\" type=\"…\">` of `<background>`",
        "",
        Factories.backgroundServices());
    writer.chapter("queue.xml: `<queue type=\"…\">`", "", Factories.queues());
    writer.chapter("dns.xml: `<dns type=\"…\">`", "", Factories.resolvers());
    writer.chapter("directory.xml: `<directory type=\"…\">`", "", Factories.directories());
    writer.chapter(
        "mailetcontainer.xml: mailets", "`<mailet match=\"…\" class=\"…\">`", Factories.mailets());
    writer.matchers();
    return writer.page.toString();
  }

  private static List<Described> hooks() {
    return Stream.concat(Stream.of(Factories.hookUse()), Factories.hooks().stream())
        .toList();
  }

  private void chapter(String title, String introduction, List<Described> parts) {
    page.append("\n## ").append(title).append('\n');
    if (!introduction.isEmpty()) {
      page.append('\n').append(introduction).append('\n');
    }
    parts.forEach(this::part);
  }

  private void part(Described part) {
    page.append("\n### ")
        .append(part.name())
        .append("\n\n")
        .append(escape(part.description()))
        .append('\n');
    if (part.settings().equals(SettingSchema.none())) {
      page.append("\nNo settings.\n");
      return;
    }
    if (!part.settings().settings().isEmpty()) {
      page.append("\n| Setting | Type | Default | Meaning |\n| --- | --- | --- | --- |\n");
      part.settings().settings().forEach(this::row);
    }
    if (part.settings().open()) {
      page.append("\nAny other element is a name and its value.\n");
    }
    part.settings().groups().forEach(this::group);
  }

  private void group(SettingGroup group) {
    page.append("\n`<")
        .append(group.name())
        .append(" …/>`, any number of times: ")
        .append(escape(group.description()))
        .append("\n\n| Attribute | Type | Default | Meaning |\n| --- | --- | --- | --- |\n");
    group.attributes().forEach(this::row);
  }

  private void row(Setting<?> setting) {
    String byDefault = setting.required()
        ? "must be set"
        : setting.defaultText().map(text -> "`" + text + "`").orElse("");
    page.append("| `")
        .append(setting.name())
        .append("` | ")
        .append(escape(setting.type().label()))
        .append(setting.repeatable() ? "; list" : "")
        .append(" | ")
        .append(escape(byDefault))
        .append(" | ")
        .append(escape(setting.description()))
        .append(" |\n");
  }

  private void matchers() {
    page.append("""

        ## mailetcontainer.xml: matchers

        `match="Name=condition"`, or `notmatch` for the opposite. And, Or, Not and Xor combine others: see
        [configuration](configuration.md).

        | Matcher | What it matches |
        | --- | --- |
        """);
    Factories.matchers()
        .forEach(matcher -> page.append("| `")
            .append(matcher.name())
            .append("` | ")
            .append(escape(matcher.description()))
            .append(" |\n"));
  }

  private static String escape(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ");
  }
}
