package org.mansio.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mansio.server.kernel.config.ConfigElement;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.SettingsReader;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingGroup;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Elements among the settings whose attributes are settings of their own; each mistake is told where it stands. */
class SettingGroupTest {
  private static final Setting<String> MATCH =
      Setting.text("match", "For which.").mandatory();
  private static final Setting<Long> SPEED = Setting.number("speed", "How fast.", 1, 9);
  private static final SettingGroup ROAD = SettingGroup.of("road", "One road.", MATCH, SPEED);
  private static final Setting<Long> SIZE = Setting.number("size", "How large.", 1, 9);
  private static final SettingSchema SCHEMA = SettingSchema.of(SIZE).with(ROAD);

  private final Problems problems = new Problems();

  private static Location line(int line) {
    return new Location("test.xml", line, 1);
  }

  private static ConfigElement element(
      int line, String name, String text, Map<String, String> attributes) {
    Map<String, ConfigElement.Attribute> located = new LinkedHashMap<>();
    attributes.forEach((attribute, value) ->
        located.put(attribute, new ConfigElement.Attribute(value, line(line + 1))));
    return new ConfigElement(name, located, text, List.of(), line(line));
  }

  private static ConfigElement map(ConfigElement... children) {
    return new ConfigElement("map", Map.of(), "", List.of(children), line(1));
  }

  private List<String> told() {
    List<String> told = new ArrayList<>();
    for (Problem problem : problems.errors()) {
      told.add(problem.location().line() + ": " + problem.message());
    }
    return told;
  }

  @Test
  void eachElementIsReadInOrder() {
    Optional<Settings> settings = SettingsReader.read(
        map(
            element(10, "road", "", Map.of("match", "a", "speed", "3")),
            element(20, "size", "4", Map.of()),
            element(30, "road", "", Map.of("match", "b", "speed", ""))),
        SCHEMA,
        "map",
        problems);

    assertThat(told()).isEmpty();
    assertThat(settings.orElseThrow().get(SIZE)).isEqualTo(4);
    List<Settings> roads = settings.orElseThrow().each(ROAD);
    assertThat(roads).extracting(road -> road.get(MATCH)).containsExactly("a", "b");
    assertThat(roads)
        .extracting(road -> road.find(SPEED))
        .containsExactly(Optional.of(3L), Optional.empty());
  }

  @Test
  void whatDoesNotFitIsToldWhereItStands() {
    Optional<Settings> settings = SettingsReader.read(
        map(
            element(10, "road", "", Map.of("speed", "99")),
            element(20, "road", "text", Map.of("match", "b")),
            element(30, "road", "", Map.of("match", "c", "sped", "1")),
            element(40, "raod", "", Map.of())),
        SCHEMA,
        "map",
        problems);

    assertThat(settings).isEmpty();
    assertThat(told())
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).startsWith("10: ").contains("'match'", "missing"),
            problem -> assertThat(problem).startsWith("11: ").contains("'speed' of <road>", "99"),
            problem -> assertThat(problem).startsWith("20: ").contains("takes no text"),
            problem -> assertThat(problem).startsWith("31: ").contains("'sped'", "'speed'"),
            problem -> assertThat(problem).startsWith("40: ").contains("'raod'", "'road'"));
  }

  @Test
  void aRefusalOfOneElementIsToldWhereItStands() {
    ConfigElement element = map(
        element(10, "road", "", Map.of("match", "a")),
        element(20, "size", "1", Map.of()),
        element(30, "road", "", Map.of("match", "a")));
    Settings settings = SettingsReader.read(element, SCHEMA, "map", problems).orElseThrow();

    Optional<Object> made = new FactoryChoice<>("factory", settings, element)
        .make(
            (factory, read) -> {
              throw new InvalidSettingException("stands twice", ROAD, 1);
            },
            "map",
            problems);

    assertThat(made).isEmpty();
    assertThat(told()).containsExactly("30: map: stands twice");
  }
}
