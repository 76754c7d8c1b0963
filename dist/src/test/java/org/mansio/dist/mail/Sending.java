package org.mansio.dist.mail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Many mails over several connections at once. */
public final class Sending {
  private static final int[] SIZES = {1 << 10, 2 << 10, 8 << 10, 40 << 10, 70 << 10, 300 << 10};
  private static final int LARGEST = 20 << 20;

  private Sending() {}

  /** Messages of mixed sizes: mostly 1 KiB to 300 KiB, one of 20 MiB in every hundred. */
  public static List<TestMessage> mixed(String name, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> TestMessage.of(name + "-" + i, i % 100 == 7 ? LARGEST : SIZES[i % SIZES.length]))
        .toList();
  }

  /** Opens a session, ready for MAIL. */
  @FunctionalInterface
  public interface Door {
    SmtpClient open() throws IOException;
  }

  /** A session with EHLO on a port. */
  public static Door door(int port) {
    return () -> SmtpClient.connect(port).ehlo();
  }

  /** Sends all messages over that many connections; every one of them must get its 250. */
  public static void all(
      Door door, int connections, String from, String to, List<TestMessage> messages)
      throws IOException {
    ConcurrentLinkedQueue<TestMessage> waiting = new ConcurrentLinkedQueue<>(messages);
    AtomicInteger accepted = new AtomicInteger();
    List<Future<?>> sessions = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < connections; i++) {
        sessions.add(threads.submit(() -> {
          try (SmtpClient client = door.open()) {
            for (TestMessage mail = waiting.poll(); mail != null; mail = waiting.poll()) {
              Reply reply = client.mail(from, List.of(to), mail.octets());
              if (reply.code() != 250) {
                throw new IOException(mail.id() + ": " + reply.text());
              }
              accepted.incrementAndGet();
            }
            client.command("QUIT", 221);
          }
          return null;
        }));
      }
      for (Future<?> session : sessions) {
        session.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a session failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    if (accepted.get() != messages.size()) {
      throw new IOException("accepted " + accepted + " of " + messages.size());
    }
  }
}
