package org.mansio.protocols.core;

import java.util.Optional;
import org.mansio.bench.Messages;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** From octets to commands: the pipelined group of one mail. */
@State(Scope.Thread)
public class CommandLineBenchmark {
  private static final int LIMIT = 2048;

  private final byte[] group =
      Messages.octets("MAIL FROM:<newsletter@lists.example.org> SIZE=2048\r\n"
          + "RCPT TO:<someone@example.com>\r\nDATA\r\n");
  private final LineReader reader = new LineReader();
  private final CommandTable<String> table = table();

  private static CommandTable<String> table() {
    CommandTable.Builder<String> builder = new CommandTable.Builder<>();
    for (String verb : new String[] {
      "HELO",
      "EHLO",
      "MAIL",
      "RCPT",
      "DATA",
      "BDAT",
      "RSET",
      "NOOP",
      "QUIT",
      "VRFY",
      "HELP",
      "AUTH",
      "STARTTLS",
      "ETRN"
    }) {
      builder.add(verb, verb);
    }
    return builder.build();
  }

  @Benchmark
  public void groupOfThree(Blackhole hole) {
    int from = 0;
    while (from < group.length) {
      int end = reader.find(group, from, group.length, LIMIT);
      if (reader.line(group, from, end) instanceof Line.Text(String text, int _)) {
        int space = text.indexOf(' ');
        Optional<String> command = table.find(space < 0 ? text : text.substring(0, space));
        hole.consume(command);
      }
      from = end;
    }
  }
}
