package org.mansio.server.admin.mailfile;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.EnhancedStatus;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.mail.RecipientStatus;
import org.mansio.spi.queue.QueuedMail;
import org.mansio.spi.queue.Route;
import org.mansio.spi.queue.SpooledMail;

/** A mail at rest without its message, as the fields of a JSON object. */
final class EnvelopeJson {
  /** Rises when a reader of the former form would misunderstand. */
  private static final int FORMAT = 1;

  private EnvelopeJson() {}

  // ---- writing ----

  static Map<String, @Nullable Object> write(QueuedMail queued) {
    SpooledMail mail = queued.mail();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("id", mail.id().value());
    fields.put("arrival", mail.arrival().toString());
    fields.put("envelope", write(mail.envelope()));
    fields.put("origin", write(mail.origin()));
    fields.put("attributes", write(mail.attributes()));
    fields.put("processor", mail.processor());
    fields.put("position", mail.position());
    fields.put("waits", mail.attempts());
    fields.put("route", queued.route().map(EnvelopeJson::write).orElse(null));
    fields.put("held", queued.held());
    fields.put("attempts", queued.attempts());
    fields.put("due", queued.due().toString());
    fields.put("lastError", queued.lastError().orElse(null));
    fields.put("warned", queued.warned().map(Object::toString).orElse(null));
    return fields;
  }

  private static Map<String, @Nullable Object> write(Route route) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("transport", route.transport());
    fields.put("destination", route.destination());
    fields.put("failureProcessor", route.failureProcessor());
    return fields;
  }

  private static Map<String, @Nullable Object> write(Envelope envelope) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("sender", envelope.sender().map(MailAddress::toString).orElse(null));
    fields.put("body", envelope.body().name());
    fields.put("smtpUtf8", envelope.smtpUtf8());
    fields.put("ret", envelope.returnContent().map(Enum::name).orElse(null));
    fields.put("envid", envelope.envelopeId().orElse(null));
    fields.put("parameters", new TreeMap<>(envelope.parameters()));
    fields.put(
        "recipients", envelope.recipients().stream().map(EnvelopeJson::write).toList());
    return fields;
  }

  private static Map<String, @Nullable Object> write(Recipient recipient) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("address", recipient.address().toString());
    fields.put("notify", recipient.notifyOn().stream().sorted().map(Enum::name).toList());
    fields.put("orcpt", recipient.originalRecipient().orElse(null));
    fields.put("status", recipient.status().map(EnvelopeJson::write).orElse(null));
    return fields;
  }

  private static Map<String, @Nullable Object> write(RecipientStatus status) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("action", status.action().name());
    fields.put("status", status.status().toString());
    fields.put("remoteMta", status.remoteMta().orElse(null));
    fields.put("diagnostic", status.diagnostic());
    fields.put("at", status.at().toString());
    return fields;
  }

  private static Map<String, @Nullable Object> write(Origin origin) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("listener", origin.listener());
    fields.put("protocol", origin.protocol());
    fields.put("remoteAddress", origin.remoteAddress().orElse(null));
    fields.put("remoteHost", origin.remoteHost().orElse(null));
    fields.put("helo", origin.helo().orElse(null));
    fields.put("authenticatedUser", origin.authenticatedUser().orElse(null));
    fields.put("tls", origin.tls().orElse(null));
    return fields;
  }

  private static Map<String, Object> write(Attributes attributes) {
    Map<String, Object> fields = new TreeMap<>();
    attributes
        .values()
        .forEach((name, value) -> fields.put(
            name,
            switch (value) {
              case AttributeValue.Text text -> text.value();
              case AttributeValue.Whole whole -> whole.value();
              case AttributeValue.Flag flag -> flag.value();
              case AttributeValue.Texts texts -> texts.values();
            }));
    return fields;
  }

  // ---- reading ----

  /** @throws IllegalArgumentException when a field is missing or can't be */
  static QueuedMail read(Map<String, @Nullable Object> values, Content content) {
    Fields fields = new Fields("", values);
    if (fields.number("format") != FORMAT) {
      throw new IllegalArgumentException(
          "format is " + fields.number("format") + "; this server reads " + FORMAT);
    }
    SpooledMail mail = new SpooledMail(
        fields.read("id", fields.text("id"), MailId::new),
        readEnvelope(fields.object("envelope")),
        content,
        readAttributes(fields.object("attributes")),
        readOrigin(fields.object("origin")),
        fields.instant("arrival"),
        fields.text("processor"),
        fields.number("position"),
        fields.number("waits"));
    return new QueuedMail(
        mail,
        fields
            .optionalObject("route")
            .map(route -> new Route(
                route.text("transport"),
                route.text("destination"),
                route.text("failureProcessor"))),
        fields.flag("held"),
        fields.number("attempts"),
        fields.instant("due"),
        fields.optionalText("lastError"),
        fields.optionalInstant("warned"));
  }

  private static Envelope readEnvelope(Fields fields) {
    Fields parameters = fields.object("parameters");
    Map<String, String> kept = new LinkedHashMap<>();
    parameters.values().keySet().forEach(name -> {
      String keyword = String.valueOf(name);
      kept.put(keyword, parameters.text(keyword));
    });
    List<Recipient> recipients =
        fields.objects("recipients").stream().map(EnvelopeJson::readRecipient).toList();
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("envelope.recipients is empty");
    }
    return new Envelope(
        fields.optionalText("sender").map(text -> fields.read("sender", text, MailAddress::of)),
        recipients,
        fields.constant("body", BodyType.class),
        fields.flag("smtpUtf8"),
        fields
            .optionalText("ret")
            .map(text -> fields.read("ret", text, Envelope.ReturnContent::valueOf)),
        fields.optionalText("envid"),
        kept);
  }

  private static Recipient readRecipient(Fields fields) {
    Set<Recipient.Notify> notifyOn = new HashSet<>();
    for (String condition : fields.texts("notify")) {
      notifyOn.add(fields.read("notify", condition, Recipient.Notify::valueOf));
    }
    return new Recipient(
        fields.read("address", fields.text("address"), MailAddress::of),
        notifyOn,
        fields.optionalText("orcpt"),
        fields.optionalObject("status").map(EnvelopeJson::readStatus));
  }

  private static RecipientStatus readStatus(Fields fields) {
    return new RecipientStatus(
        fields.constant("action", RecipientStatus.Action.class),
        fields.read("status", fields.text("status"), EnhancedStatus::parse),
        fields.optionalText("remoteMta"),
        fields.text("diagnostic"),
        fields.instant("at"));
  }

  private static Origin readOrigin(Fields fields) {
    return new Origin(
        fields.text("listener"),
        fields.text("protocol"),
        fields.optionalText("remoteAddress"),
        fields.optionalText("remoteHost"),
        fields.optionalText("helo"),
        fields.optionalText("authenticatedUser"),
        fields.optionalText("tls"));
  }

  private static Attributes readAttributes(Fields fields) {
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    for (Object key : fields.values().keySet()) {
      String name = String.valueOf(key);
      Optional<Object> value = Optional.ofNullable(fields.values().get(key));
      values.put(
          name,
          switch (value.orElse("")) {
            case String text -> new AttributeValue.Text(text);
            case Long number -> new AttributeValue.Whole(number);
            case Boolean flag -> new AttributeValue.Flag(flag);
            case List<?> texts -> new AttributeValue.Texts(fields.texts(name));
            default ->
              throw new IllegalArgumentException("attributes." + name + " has the wrong type");
          });
    }
    return new Attributes(values);
  }
}
