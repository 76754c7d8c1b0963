package org.mansio.protocols.smtp;

import java.io.ByteArrayOutputStream;
import org.mansio.bench.Messages;
import org.mansio.protocols.smtp.ListenerSettings.BareLineFeed;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Looks for the end of a message and undoes its dot-stuffing, in the pieces that the network brings. */
@State(Scope.Thread)
public class DataScannerBenchmark {
  private static final int PIECE = 16 * 1024;

  @Param({"2048", "51200"})
  int size;

  private byte[] message = {};
  private long written;

  @Setup
  public void prepare() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Messages.text(size, ".."));
    out.writeBytes(Messages.octets(".\r\n"));
    message = out.toByteArray();
  }

  @Benchmark
  public long take() {
    written = 0;
    DataScanner scanner = new DataScanner(
        BareLineFeed.REJECT, DataScanner.Framing.DOTS, (octets, from, to) -> written += to - from);
    for (int from = 0; from < message.length; from += PIECE) {
      scanner.take(message, from, Math.min(message.length, from + PIECE));
    }
    if (!scanner.complete()) {
      throw new IllegalStateException("no end was found");
    }
    return written;
  }
}
