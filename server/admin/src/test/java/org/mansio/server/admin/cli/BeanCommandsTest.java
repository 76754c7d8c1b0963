package org.mansio.server.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mansio.server.admin.operations.AdminRegistry;
import org.mansio.spi.admin.AdminBean;

class BeanCommandsTest extends MansioctlFixture {
  /** What a plugin might offer. */
  public interface TallyMXBean {
    List<Count> getCounts();

    long add(String name, long number);

    boolean invert(boolean flag);

    record Count(String name, long number) {}
  }

  /** Counts. */
  public static final class Tally implements TallyMXBean {
    @Override
    public List<Count> getCounts() {
      return List.of(new Count("apples", 2), new Count("pears", 30));
    }

    @Override
    public long add(String name, long number) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("nameless");
      }
      return number + 2;
    }

    @Override
    public boolean invert(boolean flag) {
      return !flag;
    }
  }

  @Test
  void readsAndRunsABeanThatItDoesNotKnow() {
    new AdminRegistry(beans).register(new AdminBean("Tally", new Tally()));
    assertThat(run("", "bean", "tally")).isZero();
    assertThat(out.toString()).contains("Counts", "add(String, long)");
    assertThat(run("", "bean", "Tally", "counts")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("name    number", "apples       2", "pears       30");
    assertThat(run("", "bean", "Tally", "counts", "--json")).isZero();
    assertThat(out.toString()).contains("{\"name\":\"apples\",\"number\":2}");
    assertThat(run("", "bean", "Tally", "add", "apples", "5")).isZero();
    assertThat(out.toString().strip()).isEqualTo("7");
    assertThat(run("", "bean", "Tally", "invert", "True")).isZero();
    assertThat(out.toString().strip()).isEqualTo("false");
  }

  @Test
  void explainsWhatABeanDoesNotHave() {
    new AdminRegistry(beans).register(new AdminBean("Tally", new Tally()));
    assertThat(run("", "bean", "Tall", "counts")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(err.toString()).contains("no bean is called 'Tall'");
    assertThat(run("", "bean", "Tally", "subtract")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(run("", "bean", "Tally", "add", "apples", "many")).isEqualTo(ExitCodes.DATA);
    assertThat(err.toString()).contains("'many' isn't a whole number");
    assertThat(run("", "bean", "Tally", "invert", "yes")).isEqualTo(ExitCodes.DATA);
    assertThat(err.toString()).contains("'yes' is neither true nor false");
    assertThat(run("", "bean", "Tally", "add", "", "1")).isEqualTo(ExitCodes.DATA);
    assertThat(err.toString()).contains("nameless");
  }
}
