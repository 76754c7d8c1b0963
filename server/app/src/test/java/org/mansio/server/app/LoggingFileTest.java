package org.mansio.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mansio.server.kernel.config.ConfigurationFiles;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.config.Problems;
import org.mansio.server.kernel.config.Variables;

class LoggingFileTest {
  private static final String APPENDER = "<appender name=\"file\" class=\"x\"/>";

  @TempDir
  Path folder;

  private List<String> problems(String text) throws IOException {
    Files.writeString(folder.resolve("logback.xml"), text);
    return check();
  }

  private List<String> problemsIn(String content) throws IOException {
    return problems("<configuration>\n" + content + "\n</configuration>");
  }

  private List<String> check() {
    Problems problems = new Problems();
    LoggingFile.check(
        new ConfigurationFiles(folder, new Variables(name -> null, name -> null)), problems);
    return problems.errors().stream()
        .map(Problem::toString)
        .map(text -> text.replace(folder + "/", ""))
        .toList();
  }

  @Test
  void theShippedFileAndNoneAreRight() throws IOException {
    assertThat(check()).isEmpty();
    assertThat(problems(Files.readString(Installation.SHIPPED.resolve("logback.xml"))))
        .isEmpty();
  }

  @Test
  void everyWrongLevelAndUnknownAppenderIsNamedWithItsPlace() throws IOException {
    assertThat(problems("""
        <configuration>
          <appender name="file" class="x">
            <filter class="ch.qos.logback.classic.filter.ThresholdFilter">
              <level>WARNING</level>
            </filter>
          </appender>
          <logger name="a" level="LOUD"/>
          <logger name="b"><level value="quiet"/></logger>
          <root level="inherited">
            <appender-ref ref="flie"/>
          </root>
        </configuration>
        """))
        .containsExactlyInAnyOrder(
            "logback.xml:4:7: 'WARNING' isn't a level of the log; there are OFF, ERROR, WARN, INFO, DEBUG, TRACE, ALL",
            "logback.xml:7:20: 'LOUD' isn't a level of the log; there are OFF, ERROR, WARN, INFO, DEBUG, TRACE, ALL",
            "logback.xml:8:27: 'quiet' isn't a level of the log; there are OFF, ERROR, WARN, INFO, DEBUG, TRACE, ALL",
            "logback.xml:9:9: 'inherited' isn't a level of the log; the root logger and filters have none above them",
            "logback.xml:10:19: there is no appender 'flie'; did you mean 'file'?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<root level=\"info\"/>",
        "<root/>",
        "<root level=\"\"/>",
        "<logger name=\"a\" level=\"INHERITED\"/>",
        "<logger name=\"a\" level=\"null\"/>",
        "<property name=\"L\" value=\"WARN\"/><root level=\"${L}\"/>",
        "<root level=\"${NOT_SET_ANYWHERE:-warn}\"/>",
        "<property name=\"L\" value=\"${mansio.nowhere}/x\"/>",
        // What such elements define is known when they have run.
        "<define name=\"L\" class=\"x\"/><root level=\"${L}\"/>",
        "<include file=\"elsewhere.xml\"/><root><appender-ref ref=\"there\"/></root>",
        // A level of something else.
        "<appender name=\"a\" class=\"x\"><compression><level>9</level></compression></appender>",
        APPENDER + "<appender name=\"async\" class=\"y\"><appender-ref ref=\"file\"/></appender>"
      })
  void whatLogbackUnderstandsIsRight(String content) throws IOException {
    assertThat(problemsIn(content)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<root level=\"${NOT_SET_ANYWHERE}\"/>",
        "<root level=\"${NOT_SET_ANYWHERE:-loud}\"/>",
        "<property name=\"L\" value=\"loud\"/><root level=\"${L}\"/>",
        "<include file=\"elsewhere.xml\"/><root level=\"loud\"/>",
        "<logger name=\"root\" level=\"NULL\"/>",
        "<root><appender-ref ref=\"file\"/></root>",
        "<root><appender-ref/></root>",
        "<root>"
      })
  void whatItWouldPassOverIsNot(String content) throws IOException {
    assertThat(problemsIn(content)).singleElement().asString().startsWith("logback.xml:");
  }

  @Test
  void aDoctypeIsNoMistakeInThisFile() throws IOException {
    assertThat(problems("""
        <!DOCTYPE configuration SYSTEM "nowhere.dtd">
        <configuration>
          <root level="LOUD"/>
        </configuration>
        """)).singleElement().asString().startsWith("logback.xml:3:9: ");
  }
}
