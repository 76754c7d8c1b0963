package org.mansio.server.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * The recursive name servers that are asked. One question goes to one server after the other, beginning with the one that
 * answered last, until one says that there are records or that there are none. Thread-safe.
 */
final class NameServers {
  // dnsjava's own timer ends a try; this much more is waited for it.
  private static final Duration GRACE = Duration.ofMillis(500);

  /**
   * Tries that one validated answer may take: DS and DNSKEY of each zone on the way to a name of some labels. Keys are kept, so
   * that only the first answers of a zone need them.
   */
  private static final int VALIDATION_STEPS = 10;

  private final List<Server> servers;
  private final int tries;
  private final boolean trustAd;
  private final Duration limit;
  private volatile int preferred;

  private record Server(InetSocketAddress address, Resolver resolver) {}

  /** What makes an answer count as validated by DNSSEC. */
  sealed interface Trust {
    /** Nothing. */
    record None() implements Trust {}

    /** The AD bit of the servers, over a path that nobody else can reach. */
    record AdBit() implements Trust {}

    /** Signatures, checked here. */
    record Signatures(TrustAnchors anchors) implements Trust {}
  }

  /**
   * Servers to be asked over UDP, and over TCP when an answer is truncated.
   *
   * @param tries how often each is asked
   * @param ednsPayload in octets; 0 for no EDNS, which validation needs
   */
  NameServers(
      List<InetSocketAddress> addresses,
      Duration timeout,
      int tries,
      int ednsPayload,
      Trust trust) {
    this.tries = tries;
    this.trustAd = !(trust instanceof Trust.None);
    // Over UDP, and once more over TCP when truncated: two times the time-out of one try.
    int steps = trust instanceof Trust.Signatures ? VALIDATION_STEPS : 1;
    this.limit = timeout.multipliedBy(2L * steps).plus(GRACE);
    this.servers = addresses.stream()
        .map(address -> new Server(address, server(address, timeout, ednsPayload, trust)))
        .toList();
  }

  private static Resolver server(
      InetSocketAddress address, Duration timeout, int ednsPayload, Trust trust) {
    SimpleResolver plain = new SimpleResolver(address);
    Resolver server = switch (trust) {
      case Trust.Signatures signatures -> signatures.anchors().validating(plain);
      case Trust.AdBit ad -> plain;
      case Trust.None none -> plain;
    };
    server.setTimeout(timeout);
    if (ednsPayload == 0) {
      server.setEDNS(-1, 0, 0, List.of());
    } else {
      server.setEDNS(0, ednsPayload, 0, List.of());
    }
    return server;
  }

  /** Asks; blocks for {@code timeout × tries × servers} at the most, twice that with TCP, ten times with validation. */
  Reply ask(Name name, int type) {
    String reason = "no name server is configured";
    int first = preferred;
    for (int attempt = 0; attempt < tries * servers.size(); attempt++) {
      int index = (first + attempt) % servers.size();
      try {
        Message response = send(servers.get(index).resolver(), question(name, type));
        int code = response.getRcode();
        if (code == Rcode.NOERROR || code == Rcode.NXDOMAIN) {
          preferred = index;
          return ReplyReader.read(response, name, type, trustAd);
        }
        reason = Rcode.string(code) + " from " + shown(index) + explained(response);
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

  private Message send(Resolver server, Message question)
      throws InterruptedException, ExecutionException, TimeoutException {
    return server
        .sendAsync(question)
        .toCompletableFuture()
        .get(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** RFC 8914 §2: why it failed, such as a signature that doesn't fit; empty where nothing is said. */
  private static String explained(Message response) {
    return response.getOPT() == null
        ? ""
        : response.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
            .map(option -> ((ExtendedErrorCodeOption) option).getText())
            .filter(text -> text != null && !text.isBlank())
            .findFirst()
            .map(text -> ": " + text)
            .orElse("");
  }

  private String shown(int index) {
    InetSocketAddress address = servers.get(index).address();
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
