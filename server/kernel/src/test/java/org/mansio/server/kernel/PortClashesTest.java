package org.mansio.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problem;
import org.mansio.server.kernel.config.Problems;

class PortClashesTest {
  private final Problems problems = new Problems();
  private final PortClashes clashes = new PortClashes(problems);

  private void add(String listener, String... addresses) {
    List<InetSocketAddress> sockets = Stream.of(addresses)
        .map(text -> text.split(" "))
        .map(parts ->
            new InetSocketAddress(InetAddress.ofLiteral(parts[0]), Integer.parseInt(parts[1])))
        .toList();
    clashes.add(listener, sockets, new Location(listener + ".xml", 1, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1 25, 127.0.0.1 25",
    "0.0.0.0 25, 127.0.0.1 25",
    "127.0.0.1 25, 0.0.0.0 25",
    "0.0.0.0 25, 0.0.0.0 25",
    ":: 25, 127.0.0.1 25",
    "0.0.0.0 25, ::1 25",
    "::1 25, 0:0:0:0:0:0:0:1 25",
    "::ffff:127.0.0.1 25, 127.0.0.1 25"
  })
  void onlyOneCanHaveAPort(String first, String second) {
    add("a", first);
    add("b", second);
    assertThat(problems.errors()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1 25, 127.0.0.1 26",
    "127.0.0.1 25, 127.0.0.2 25",
    "127.0.0.1 25, ::1 25",
    "0.0.0.0 25, 127.0.0.1 26",
    "0.0.0.0 0, 0.0.0.0 0",
    "0.0.0.0 25, 127.0.0.1 0"
  })
  void theseDoNotClash(String first, String second) {
    add("a", first);
    add("b", second);
    assertThat(problems.errors()).isEmpty();
  }

  @Test
  void bothAreNamedOnce() {
    add("a", "192.0.2.1 25", "0.0.0.0 587");
    add("b", "192.0.2.1 26", "192.0.2.1 25", "192.0.2.1 587");
    assertThat(problems.errors())
        .extracting(Problem::toString)
        .containsExactly(
            "b.xml:1:2: listener 'b' is to listen on port 25 of 192.0.2.1, but listener 'a' at a.xml:1:2 has port 25 of"
                + " 192.0.2.1: one of them needs another port or bind");
  }
}
