package org.mansio.mailets.standard.state;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes a mail to the log, for finding out what a chain does. */
public final class LogMessage implements Mailet {
  private static final Logger LOG = LoggerFactory.getLogger(LogMessage.class);

  /** Logs are read by people: more of a body than this isn't. */
  private static final long MAX_BODY = 64 << 10;

  private static final Setting<Level> LEVEL =
      Setting.choice("level", "Level of the log entry.", Level.class).defaultsTo("info");
  private static final Setting<String> COMMENT =
      Setting.text("comment", "A text that stands in front.");
  private static final Setting<Boolean> HEADERS =
      Setting.flag("headers", "Whether all header fields are written.").defaultsTo("true");
  private static final Setting<String> SPECIFIC_HEADERS = Setting.text(
          "specificHeaders",
          "Names of the header fields to write where 'headers' is false, separated by commas.")
      .repeated();
  private static final Setting<Boolean> BODY = Setting.flag(
          "body",
          "Whether the start of the body is written. Letters are private: only for finding a fault.")
      .defaultsTo("false");
  private static final Setting<Long> MAX_BODY_SETTING = Setting.number(
          "maxBody", "Octets of the body that are written at the most.", 1, MAX_BODY)
      .defaultsTo("1024");

  private final Level level;
  private final String comment;
  private final boolean allHeaders;
  private final List<String> specificHeaders;
  private final int bodyOctets;

  private LogMessage(Settings settings) {
    level = settings.get(LEVEL);
    comment = settings.find(COMMENT).map(text -> text + ": ").orElse("");
    allHeaders = settings.get(HEADERS);
    specificHeaders = settings.all(SPECIFIC_HEADERS);
    bodyOctets = settings.get(BODY) ? Math.toIntExact(settings.get(MAX_BODY_SETTING)) : 0;
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "LogMessage",
        "Writes envelope and header fields of the mail to the log, and the start of its body if asked to.",
        SettingSchema.of(LEVEL, COMMENT, HEADERS, SPECIFIC_HEADERS, BODY, MAX_BODY_SETTING),
        (settings, services) -> new LogMessage(settings));
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    if (mail.isSimulated()) {
      mail.note("would be written to the log");
      return Outcome.next();
    }
    if (LOG.isEnabledForLevel(level)) {
      String recipients =
          mail.recipients().stream().map(Object::toString).collect(Collectors.joining(", "));
      LOG.atLevel(level)
          .log(
              "{}{} from {} to {}, {} octets{}{}",
              comment,
              mail.id(),
              mail.envelope().reversePath(),
              recipients,
              mail.message().size(),
              headers(mail.message().headers()),
              body(mail));
    }
    return Outcome.next();
  }

  private String headers(Headers headers) {
    List<String> shown = headers.fields().stream()
        .filter(field -> allHeaders || specificHeaders.stream().anyMatch(field::is))
        .map(field -> printable(field.name() + ": " + field.value()))
        .toList();
    return shown.isEmpty() ? "" : "\n  " + String.join("\n  ", shown);
  }

  private String body(Mail mail) throws IOException {
    if (bodyOctets == 0) {
      return "";
    }
    try (InputStream in = mail.message().body()) {
      String start = new String(in.readNBytes(bodyOctets), StandardCharsets.UTF_8);
      return start
          .lines()
          .map(LogMessage::printable)
          .collect(Collectors.joining("\n  > ", "\n  > ", ""));
    }
  }

  // What strangers write must not forge log lines or speak to the reader's terminal.
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
