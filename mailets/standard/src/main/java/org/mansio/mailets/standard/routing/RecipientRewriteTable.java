package org.mansio.mailets.standard.routing;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.mailets.standard.report.DeliveryStatusNotice;
import org.mansio.spi.Services;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.Recipient.Notify;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.mailet.TemporaryFailure;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Replaces recipients by what the alias table says, all the way (RFC 5321 §3.9). */
public final class RecipientRewriteTable implements Mailet {
  private static final Setting<String> ERROR_PROCESSOR = Setting.processor(
          "errorProcessor",
          "The processor for recipients that the table refuses or that lead in a circle.")
      .defaultsTo("error");
  private static final Setting<Long> DEPTH = Setting.number(
          "mappingLimit",
          "Rewriting steps from an address to its target; more count as a circle.",
          1,
          100)
      .defaultsTo("10");
  private static final Setting<Long> ADDRESSES = Setting.number(
          "maxAddresses",
          "Addresses that one recipient may stand for, counting those on the way.",
          1,
          1_000_000)
      .defaultsTo("10000");
  private static final Setting<String> DELIMITER = Setting.text(
          "subaddressDelimiter",
          "What stands between a local part and its detail (RFC 5233); the directory's.")
      .defaultsTo("+");

  // RFC 3464 §2.3.3 "expanded" goes with a status of success.
  private static final EnhancedStatus EXPANDED = new EnhancedStatus(2, 0, 0);

  private final Services services;
  private final String errorProcessor;
  private final AliasExpansion.Limits limits;

  private RecipientRewriteTable(Settings settings, Services services) {
    this.services = services;
    errorProcessor = settings.get(ERROR_PROCESSOR);
    limits = new AliasExpansion.Limits(
        Math.toIntExact(settings.get(DEPTH)),
        Math.toIntExact(settings.get(ADDRESSES)),
        settings.get(DELIMITER));
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "RecipientRewriteTable",
        "Replaces recipients by what the alias table says: aliases, groups, forwards, domain aliases, patterns,"
            + " catch-alls, with their subaddresses. Refused recipients go to the errorProcessor with the table's reply,"
            + " those refused for now (4xx) wait; recipients that end up elsewhere stay in the mail for the next mailets.",
        SettingSchema.of(ERROR_PROCESSOR, DEPTH, ADDRESSES, DELIMITER),
        RecipientRewriteTable::new);
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    Rewriting rewriting = new Rewriting(mail);
    for (Recipient recipient : mail.recipients()) {
      rewriting.add(recipient, new AliasExpansion(services, limits).expand(recipient.address()));
    }
    if (!rewriting.delayed.isEmpty()) {
      putOff(mail, rewriting);
    }
    reportExpansion(mail, rewriting.expanded);
    if (rewriting.failed.isEmpty()) {
      mail.setRecipients(List.copyOf(rewriting.kept.values()));
      return Outcome.next();
    }
    if (rewriting.kept.isEmpty()) {
      mail.setRecipients(rewriting.failed);
      mail.setAttributes(withReason(mail, rewriting.failed));
      return Outcome.toProcessor(errorProcessor);
    }
    mail.send(part(mail, rewriting.failed, withReason(mail, rewriting.failed), errorProcessor));
    mail.setRecipients(List.copyOf(rewriting.kept.values()));
    return Outcome.next();
  }

  /** Recipients refused for now wait: in the mail where it has no others, else in one of their own. */
  private static void putOff(Mail mail, Rewriting rewriting) throws TemporaryFailure {
    if (rewriting.kept.isEmpty() && rewriting.failed.isEmpty()) {
      throw new TemporaryFailure(
          "refused for now by the alias table: " + String.join("; ", rewriting.delays));
    }
    mail.send(part(mail, rewriting.delayed, mail.attributes(), mail.processor()));
  }

  private static SpooledMail part(
      Mail mail, List<Recipient> recipients, Attributes attributes, String processor) {
    return new SpooledMail(
        MailId.next(),
        mail.envelope().withRecipients(recipients),
        mail.message().content(),
        attributes,
        mail.origin(),
        mail.arrival(),
        processor,
        0,
        0);
  }

  private static Attributes withReason(Mail mail, List<Recipient> failed) {
    String reasons = failed.stream()
        .flatMap(recipient -> recipient.status().stream())
        .map(RecipientStatus::diagnostic)
        .distinct()
        .collect(Collectors.joining("; "));
    return mail.attributes().with(Attributes.ERROR, reasons);
  }

  // RFC 3461 §5.2.7.3: NOTIFY=SUCCESS on an alias of several addresses is answered here.
  private void reportExpansion(Mail mail, List<Recipient> expanded) throws IOException {
    if (!expanded.isEmpty() && mail.sender().isPresent()) {
      mail.send(new DeliveryStatusNotice(services.environment())
          .compose(mail, mail.sender().get(), expanded));
      mail.note("expansion of "
          + expanded.stream().map(Recipient::toString).collect(Collectors.joining(" and "))
          + " reported to " + mail.sender().get());
    }
  }

  /** What the recipients of one mail become. */
  private static final class Rewriting {
    private final Mail mail;
    private final Map<String, Recipient> kept = new LinkedHashMap<>();
    private final List<Recipient> failed = new ArrayList<>();
    private final List<Recipient> expanded = new ArrayList<>();
    private final List<Recipient> delayed = new ArrayList<>();
    private final List<String> delays = new ArrayList<>();

    Rewriting(Mail mail) {
      this.mail = mail;
    }

    void add(Recipient recipient, AliasExpansion.Result result) {
      List<MailAddress> targets = result.targets();
      if (result.failures().isEmpty()
          && result.delays().isEmpty()
          && targets.equals(List.of(recipient.address()))) {
        keep(recipient);
        return;
      }
      Recipient original = OriginalRecipient.keep(recipient);
      int taking = targets.size() + result.delays().size();
      boolean several = taking > 1;
      // RFC 3461 §5.2.7.1: one target inherits the requests, several do so without SUCCESS.
      Recipient heir = several ? original.withoutSuccessNotification() : original;
      for (MailAddress target : targets) {
        keep(heir.withAddress(target));
      }
      for (AliasExpansion.Delay delay : result.delays()) {
        delayed.add(heir.withAddress(delay.address()));
        delays.add(delay.reply());
        mail.note(recipient + " waits for " + delay.address() + ": " + delay.reply());
      }
      if (several && recipient.wants(Notify.SUCCESS)) {
        expanded.add(recipient.withStatus(new RecipientStatus(
            RecipientStatus.Action.EXPANDED,
            EXPANDED,
            Optional.empty(),
            "expanded to " + taking + " recipients",
            Instant.now())));
      }
      for (AliasExpansion.Failure failure : result.failures()) {
        failed.add(original.withAddress(failure.address()).withStatus(failure.status()));
        mail.note(recipient + " fails at " + failure.address() + ": "
            + failure.status().diagnostic());
      }
      if (!targets.isEmpty()) {
        mail.note(recipient + " becomes " + shown(targets));
      }
    }

    // The same mailbox twice gets one mail (RFC 5321 §3.9 leaves that to the server); the first
    // one's requests count.
    private void keep(Recipient recipient) {
      kept.putIfAbsent(AliasExpansion.key(recipient.address()), recipient);
    }

    private static String shown(List<MailAddress> targets) {
      int shown = 10;
      String names = targets.stream()
          .limit(shown)
          .map(MailAddress::toString)
          .collect(Collectors.joining(", "));
      return targets.size() > shown ? names + " and " + (targets.size() - shown) + " more" : names;
    }
  }
}
