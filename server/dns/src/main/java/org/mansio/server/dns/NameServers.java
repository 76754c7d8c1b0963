package org.mansio.server.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * The recursive name servers that are asked. One question goes to one server after the other, beginning with the one that
 * answered last, until one says that there are records or that there are none. Thread-safe.
 */
final class NameServers {
  // dnsjava's own timer ends a try; this much more is waited for it.
  private static final Duration GRACE = Duration.ofMillis(500);

  private final List<SimpleResolver> servers;
  private final Duration timeout;
  private final int tries;
  private final boolean trustAd;
  private volatile int preferred;

  /**
   * Servers to be asked over UDP, and over TCP when an answer is truncated.
   *
   * @param tries how often each is asked
   * @param ednsPayload in octets; 0 for no EDNS
   */
  NameServers(
      List<InetSocketAddress> addresses,
      Duration timeout,
      int tries,
      int ednsPayload,
      boolean trustAd) {
    this.servers =
        addresses.stream().map(address -> server(address, timeout, ednsPayload)).toList();
    this.timeout = timeout;
    this.tries = tries;
    this.trustAd = trustAd;
  }

  private static SimpleResolver server(
      InetSocketAddress address, Duration timeout, int ednsPayload) {
    SimpleResolver server = new SimpleResolver(address);
    server.setTimeout(timeout);
    if (ednsPayload == 0) {
      server.setEDNS(-1, 0, 0, List.of());
    } else {
      server.setEDNS(0, ednsPayload, 0, List.of());
    }
    return server;
  }

  /** Asks; blocks for {@code timeout × tries × servers} at the most, twice that with TCP. */
  Reply ask(Name name, int type) {
    String reason = "no name server is configured";
    int first = preferred;
    for (int attempt = 0; attempt < tries * servers.size(); attempt++) {
      int index = (first + attempt) % servers.size();
      try {
        Message response = send(servers.get(index), question(name, type));
        int code = response.getRcode();
        if (code == Rcode.NOERROR || code == Rcode.NXDOMAIN) {
          preferred = index;
          return ReplyReader.read(response, name, type, trustAd);
        }
        reason = Rcode.string(code) + " from " + shown(index);
      } catch (ExecutionException e) {
        reason = "no answer from " + shown(index) + ": " + cause(e);
      } catch (TimeoutException e) {
        reason = "no answer from " + shown(index) + " in time";
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Reply.Failure("interrupted");
      }
    }
    return new Reply.Failure(Type.string(type) + " of " + name.toString(true) + ": " + reason);
  }

  private Message question(Name name, int type) {
    Message question = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    if (trustAd) {
      // RFC 6840 §5.7: AD in a query asks for AD in the response.
      question.getHeader().setFlag(Flags.AD);
    }
    return question;
  }

  private Message send(SimpleResolver server, Message question)
      throws InterruptedException, ExecutionException, TimeoutException {
    // Over UDP, and once more over TCP when truncated: two times the time-out of one try.
    long limit = timeout.multipliedBy(2).plus(GRACE).toMillis();
    return server.sendAsync(question).toCompletableFuture().get(limit, TimeUnit.MILLISECONDS);
  }

  private String shown(int index) {
    InetSocketAddress address = servers.get(index).getAddress();
    return address.getAddress().getHostAddress() + " port " + address.getPort();
  }

  private static String cause(ExecutionException e) {
    Throwable cause = e.getCause() instanceof IOException io && io.getCause() != null
        ? io.getCause()
        : e.getCause();
    if (cause == null) {
      return e.toString();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
