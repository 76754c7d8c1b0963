package org.mansio.mailets.standard.header;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Puts a text in front of the subject; what stood there stays as it was encoded. */
public final class AddSubjectPrefix implements Mailet {
  private static final Setting<String> PREFIX = Setting.text(
          "subjectPrefix",
          "The text that is put in front, with a blank behind it; not when the subject starts with it.")
      .mandatory();

  /** RFC 5322 §2.1.1, without CR LF: lines are folded where they would pass it. */
  private static final int LINE = 78;

  private final String prefix;

  private AddSubjectPrefix(Settings settings) {
    prefix = settings.get(PREFIX).replaceAll("\\s+", " ");
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "AddSubjectPrefix",
        "Puts a text in front of the subject, once; a mail without a subject gets it as its subject.",
        SettingSchema.of(PREFIX),
        (settings, services) -> new AddSubjectPrefix(settings));
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    Headers headers = mail.message().headers();
    Optional<HeaderField> subject = headers.first("Subject");
    if (subject.isPresent() && EncodedWords.decode(subject.get().value()).startsWith(prefix)) {
      return Outcome.next();
    }
    List<HeaderField> fields = new ArrayList<>(headers.fields());
    if (subject.isPresent()) {
      fields.set(fields.indexOf(subject.get()), prefixed(subject.get()));
    } else {
      fields.add(EncodedWords.field("Subject", prefix));
    }
    mail.setMessage(mail.message().withHeaders(new Headers(fields)));
    return Outcome.next();
  }

  private HeaderField prefixed(HeaderField subject) {
    String rest = subject.raw().substring(subject.raw().indexOf(':') + 1).stripLeading();
    // RFC 2047 §6.2: the blank between two encoded words isn't shown, so it has to stand within the
    // first.
    boolean betweenEncodedWords = rest.startsWith("=?") && !EncodedWords.isAscii(prefix);
    String first = EncodedWords.encode(betweenEncodedWords ? prefix + " " : prefix);
    String start = subject.name() + ": " + first;
    int lineEnd = rest.indexOf('\r') < 0 ? rest.length() : rest.indexOf('\r');
    return new HeaderField(
        subject.name(), start + (start.length() + 1 + lineEnd > LINE ? "\r\n " : " ") + rest);
  }
}
