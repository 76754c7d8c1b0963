package org.mansio.mailets.delivery.tlsreport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.mansio.spi.mail.ContentWriter;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.queue.MailQueue;
import org.mansio.spi.queue.QueueException;
import org.mansio.spi.queue.SpooledMail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends reports: by mail through the chain, or over HTTPS (RFC 8460 §5). Blocking; thread-safe. */
final class ReportSender {
  private static final Logger LOG = LoggerFactory.getLogger(ReportSender.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
  private static final int SUCCESS_CLASS = 2;
  private static final int CLASS = 100;

  private final Supplier<MailQueue> queue;
  private final Supplier<HttpClient.Builder> http;
  private final Predicate<InetAddress> reachable;

  /** @param reachable which web servers may be posted to: their addresses are anybody's choice */
  ReportSender(Supplier<MailQueue> queue, Predicate<InetAddress> reachable) {
    this(queue, HttpClient::newBuilder, reachable);
  }

  ReportSender(
      Supplier<MailQueue> queue,
      Supplier<HttpClient.Builder> http,
      Predicate<InetAddress> reachable) {
    this.queue = queue;
    this.http = http;
    this.reachable = reachable;
  }

  /** @return whether it is on its way, or never will be */
  boolean send(TlsReport report, ReportAddresses.Target target) throws InterruptedException {
    try {
      switch (target) {
        case ReportAddresses.Target.Mail mail -> mail(report, mail.address());
        case ReportAddresses.Target.Post post -> post(report, post.address());
      }
      LOG.info("TLS report of {} to {} sent to {}", report.day(), report.domain(), shown(target));
      return true;
    } catch (NotReachable e) {
      LOG.warn("TLS report to {} isn't sent: {}", report.domain(), e.getMessage());
      return true;
    } catch (IOException | QueueException e) {
      LOG.info(
          "TLS report of {} to {} can't be sent to {} now: {}",
          report.day(),
          report.domain(),
          shown(target),
          e.toString());
      return false;
    }
  }

  /** The owner of a domain must not make this server post to hosts that only it can reach. */
  private static final class NotReachable extends IOException {
    private static final long serialVersionUID = 1L;

    NotReachable(String message) {
      super(message);
    }
  }

  private static String shown(ReportAddresses.Target target) {
    return switch (target) {
      case ReportAddresses.Target.Mail mail -> mail.address().toString();
      // The path may hold a secret.
      case ReportAddresses.Target.Post post -> post.address().getHost();
    };
  }

  private void mail(TlsReport report, MailAddress to) throws IOException, QueueException {
    byte[] message = ReportMail.message(report, to, Instant.now());
    Recipient recipient =
        new Recipient(to, EnumSet.of(Recipient.Notify.NEVER), Optional.empty(), Optional.empty());
    // RFC 8460 §5.3: what is wrong with TLS must not keep the report about it.
    Envelope envelope = Envelope.of(Optional.of(report.from().sender()), List.of(recipient))
        .withParameter(Envelope.TLS_NOT_REQUIRED, "");
    try (ContentWriter writer = queue.get().newContent()) {
      writer.write(message, 0, message.length);
      queue.get().enqueue(SpooledMail.arriving(envelope, writer.finish(), Origin.local()));
    }
  }

  private void post(TlsReport report, URI address) throws IOException, InterruptedException {
    // Whoever changes the answer behind this look still needs a certificate for the name.
    for (InetAddress each : InetAddress.getAllByName(address.getHost())) {
      if (!reachable.test(each)) {
        throw new NotReachable(address.getHost() + " has the address " + each.getHostAddress()
            + ", which isn't public");
      }
    }
    HttpRequest request = HttpRequest.newBuilder(address)
        .timeout(PATIENCE)
        .header("Content-Type", "application/tlsrpt+gzip")
        .POST(HttpRequest.BodyPublishers.ofByteArray(report.compressed()))
        .build();
    // A client for each: there are few, once a day.
    try (HttpClient client = http.get()
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT_PATIENCE)
        .build()) {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      client.shutdownNow();
      if (status / CLASS != SUCCESS_CLASS) {
        throw new IOException("the web server says " + status);
      }
    }
  }
}
