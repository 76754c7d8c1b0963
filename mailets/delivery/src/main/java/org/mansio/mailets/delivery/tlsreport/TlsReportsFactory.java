package org.mansio.mailets.delivery.tlsreport;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.mansio.spi.Services;
import org.mansio.spi.background.BackgroundService;
import org.mansio.spi.background.BackgroundServiceFactory;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Makes {@code TlsReports}. */
public final class TlsReportsFactory implements BackgroundServiceFactory {
  static final Setting<MailAddress> SENDER = Setting.address(
          "sender",
          "Who the reports come from. The domain should sign its mail by DKIM: receivers may refuse reports that aren't"
              + " signed (RFC 8460 §3).")
      .mandatory();

  static final Setting<String> ORGANIZATION =
      Setting.text("organization", "The name of who reports; the server's host name when not set.");

  static final Setting<String> CONTACT = Setting.text(
      "contact",
      "Where questions about a report go, an address or a URI; the sender when not set.");

  static final Setting<Duration> SPREAD = Setting.duration(
          "spread",
          "Over how long after midnight (UTC) the reports about the day before go out; 20h at the most.")
      .defaultsTo("4h");

  private static final Duration MAX_SPREAD = Duration.ofHours(20);

  private final SwitchableResults results;
  private final Predicate<InetAddress> reachable;

  /** @param reachable addresses of web servers that reports may be posted to */
  public TlsReportsFactory(SwitchableResults results, Predicate<InetAddress> reachable) {
    this.results = results;
    this.reachable = reachable;
  }

  @Override
  public String type() {
    return "TlsReports";
  }

  @Override
  public String description() {
    return "Reports once a day to the domains that ask for it what became of TLS on the way to them (TLS-RPT, RFC 8460)."
        + " Results are kept in data/tls-reports; one such service is enough.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(SENDER, ORGANIZATION, CONTACT, SPREAD);
  }

  @Override
  public BackgroundService create(String name, Settings settings, Services services)
      throws InvalidSettingException {
    Duration spread = settings.get(SPREAD);
    if (spread.compareTo(MAX_SPREAD) > 0) {
      throw new InvalidSettingException("spread must not be longer than 20h");
    }
    MailAddress sender = settings.get(SENDER);
    String hostname = services.environment().hostname();
    InstantSource clock = InstantSource.system();
    return new TlsReports(
        name,
        new ReportIdentity(
            sender,
            settings.find(ORGANIZATION).orElse(hostname),
            settings.find(CONTACT).orElse(sender.toString()),
            hostname),
        spread,
        results,
        new DailyResults(services.environment().data().resolve("tls-reports"), clock),
        new ReportAddresses(services::dns),
        new ReportSender(services::queue, reachable),
        clock);
  }
}
