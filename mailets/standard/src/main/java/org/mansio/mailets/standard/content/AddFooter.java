package org.mansio.mailets.standard.content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.mansio.mailets.standard.content.TextParts.LeftAloneException;
import org.mansio.mailets.standard.definition.MailetDefinition;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.MailetFactory;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/** Puts a text at the end of what people read. */
public final class AddFooter implements Mailet {
  private static final Setting<String> TEXT =
      Setting.text("text", "The footer.").mandatory();
  private static final Setting<String> HTML =
      Setting.text("html", "The footer for HTML parts, as HTML; made from 'text' when not set.");
  private static final Setting<Long> MAX_SIZE = Setting.size(
          "maxSize",
          "A message larger than this is left alone, since it is worked on in memory; at most 64M.")
      .defaultsTo("10M");

  private static final long MAX_SIZE_LIMIT = 64L << 20;

  private final Footer footer;
  private final int maxSize;

  private AddFooter(Settings settings) throws InvalidSettingException {
    String text = settings.get(TEXT);
    String html =
        settings.find(HTML).orElseGet(() -> "<br>" + escape(text).replace("\n", "<br>\r\n"));
    footer = new Footer(text.lines().collect(Collectors.joining("\r\n", "", "\r\n")), html);
    if (settings.get(MAX_SIZE) > MAX_SIZE_LIMIT) {
      throw new InvalidSettingException("maxSize is more than 64M");
    }
    maxSize = Math.toIntExact(settings.get(MAX_SIZE));
  }

  /** The factory. */
  public static MailetFactory factory() {
    return MailetDefinition.of(
        "AddFooter",
        "Puts a text at the end of the first text of the message, plain or HTML or both where both say the same, in their"
            + " charset and encoding. Signed, encrypted and malformed messages and reports are left alone.",
        SettingSchema.of(TEXT, HTML, MAX_SIZE),
        (settings, services) -> new AddFooter(settings));
  }

  @Override
  public Outcome service(Mail mail) throws Exception {
    if (mail.message().size() > maxSize || mail.envelope().body() == BodyType.BINARY_MIME) {
      mail.note("no footer: the message is too large or binary");
      return Outcome.next();
    }
    try {
      mail.setMessage(withFooter(mail.message()));
    } catch (LeftAloneException e) {
      mail.note("no footer: " + e.getMessage());
    }
    return Outcome.next();
  }

  private Message withFooter(Message message) throws LeftAloneException, IOException {
    byte[] octets = message.content().bytes(maxSize);
    List<TextParts.Part> parts = TextParts.of(octets);
    if (parts.isEmpty()) {
      throw new LeftAloneException("the message has no text");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length + 1024);
    int copied = 0;
    for (TextParts.Part part : parts) {
      out.write(octets, copied, part.start() - copied);
      out.writeBytes(footer.addTo(part, octets));
      copied = part.end();
    }
    out.write(octets, copied, octets.length - copied);
    return Message.of(Content.of(out.toByteArray()));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
