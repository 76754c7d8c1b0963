package org.mansio.protocols.ondemand;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.mansio.spi.Services;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpExtensionFactory;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.smtp.SmtpVerb;

/** Makes ETRN, ATRN and TURN for the customers of this server. */
final class OnDemandExtensionFactory implements SmtpExtensionFactory {
  static final Setting<Customer> CUSTOMER = Setting.of(
          "customer",
          Customer.TYPE,
          "Who may ask for the mail of which domains: user:NAME (who logged in), certificate:NAME (a TLS client"
              + " certificate that the listener trusts, by its DNS name) or address:NETWORK, then domains, separated by"
              + " spaces; @example.org means its subdomains too. None: nobody.")
      .repeated();

  static final Setting<NamedQueue> QUEUE = Setting.of(
          "queue",
          NamedQueue.TYPE,
          "A name for several domains, which ETRN #name asks for together: the name, then domains. Who asks must be"
              + " entitled to each.")
      .repeated();

  /** RFC 2033: LMTP can't swap the roles. */
  private static final Set<SmtpService> SWAPPING =
      EnumSet.complementOf(EnumSet.of(SmtpService.LMTP));

  static final Setting<SmtpService> ETRN = service(
          "etrn",
          EnumSet.allOf(SmtpService.class),
          "Where ETRN (RFC 1985) is offered: protocols of listeners. Empty: nowhere.")
      .defaultsTo("smtp, submission");

  static final Setting<SmtpService> ATRN = service(
          "atrn",
          SWAPPING,
          "Where ATRN (RFC 2645) is offered: protocols of listeners; clients must log in first. Empty: nowhere.")
      .defaultsTo("odmr");

  static final Setting<SmtpService> TURN = service(
      "turn",
      SWAPPING,
      "Where TURN (RFC 821) is offered: protocols of listeners. RFC 5321 §F.1 deprecates it; it is refused to clients"
          + " that neither logged in nor showed a certificate. Empty, the default: nowhere (502).");

  static final Setting<Boolean> REPORT_COUNTS = Setting.flag(
          "reportCounts",
          "Whether the reply to ETRN says how much mail waits (251, 252, 253); otherwise it is always 250.")
      .defaultsTo("true");

  static final Setting<Boolean> ACCEPT_MAIL = Setting.flag(
          "acceptMail",
          "Whether smtp and submission listeners take mail for the customers' domains from anybody. Mail that comes in"
              + " must then be kept for them by OnDemandDelivery, or sent on.")
      .defaultsTo("true");

  private final OnDemandRelay relay;

  OnDemandExtensionFactory(OnDemandRelay relay) {
    this.relay = relay;
  }

  private static Setting<SmtpService> service(
      String name, Set<SmtpService> allowed, String description) {
    String label = allowed.stream().map(SmtpService::protocol).collect(Collectors.joining(", "));
    Setting.Parser<SmtpService> parser = text -> allowed.stream()
        .filter(service -> service.protocol().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new InvalidSettingException("'" + text + "' isn't one of: " + label));
    return Setting.of(
            name, new Setting.Type<>("one of: " + label, Setting.Kind.PLAIN, parser), description)
        .repeated();
  }

  @Override
  public String name() {
    return "on-demand";
  }

  @Override
  public String description() {
    return "Lets customers ask for their mail: ETRN starts its delivery over new connections, ATRN and TURN hand it over on"
        + " the customer's own connection.";
  }

  @Override
  public SettingSchema settings() {
    return SettingSchema.of(CUSTOMER, QUEUE, ETRN, ATRN, TURN, REPORT_COUNTS, ACCEPT_MAIL);
  }

  @Override
  public List<SmtpExtension> create(Settings settings, Services services)
      throws InvalidSettingException {
    Customers customers = new Customers(settings.all(CUSTOMER));
    List<NamedQueue> queues = settings.all(QUEUE);
    if (queues.stream().map(NamedQueue::name).distinct().count() < queues.size()) {
      throw new InvalidSettingException("two queues have the same name");
    }
    relay.setCustomers(customers);
    Handover handover = new Handover(services, relay.requests());
    boolean acceptsMail = settings.get(ACCEPT_MAIL);
    List<SmtpExtension> extensions = new ArrayList<>();
    SmtpVerb etrn = new EtrnVerb(services, relay, queues, settings.get(REPORT_COUNTS));
    extensions.add(new OnDemandExtension(etrn, services(settings, ETRN), customers, acceptsMail));
    extensions.add(new OnDemandExtension(
        new AtrnVerb(customers, handover), services(settings, ATRN), customers, acceptsMail));
    extensions.add(new OnDemandExtension(
        new TurnVerb(customers, handover), services(settings, TURN), customers, acceptsMail));
    return extensions;
  }

  private static Set<SmtpService> services(Settings settings, Setting<SmtpService> which) {
    // An empty element says "nowhere"; the default stands only where there is none.
    List<SmtpService> listed = settings.all(which);
    return listed.isEmpty() ? Set.of() : EnumSet.copyOf(listed);
  }
}
