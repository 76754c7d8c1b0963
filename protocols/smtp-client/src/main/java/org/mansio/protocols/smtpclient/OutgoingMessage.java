package org.mansio.protocols.smtpclient;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.smtpclient.conversion.Conversion;
import org.mansio.protocols.smtpclient.conversion.InternationalFields;
import org.mansio.protocols.smtpclient.conversion.OctetFacts;
import org.mansio.spi.mail.BodyType;
import org.mansio.spi.mail.Content;

/** A message on its way, with what is found out about it once and needed for each transaction. Used by one thread. */
final class OutgoingMessage {
  private final Content content;
  private final BodyType declared;
  private final Map<BodyType, Conversion> conversions = new EnumMap<>(BodyType.class);
  private @Nullable OctetFacts facts;
  private @Nullable Boolean internationalFields;

  /** @param declared what it was received as */
  OutgoingMessage(Content content, BodyType declared) {
    this.content = content;
    this.declared = declared;
  }

  Content content() {
    return content;
  }

  BodyType declared() {
    return declared;
  }

  OctetFacts facts() throws IOException {
    OctetFacts known = facts;
    if (known == null) {
      known = OctetFacts.of(content);
      facts = known;
    }
    return known;
  }

  /** Whether a header field of it or of its parts isn't ASCII. */
  boolean hasInternationalFields() throws IOException {
    Boolean known = internationalFields;
    if (known == null) {
      known = facts().eightBit() && InternationalFields.anyIn(content);
      internationalFields = known;
    }
    return known;
  }

  /** Made fit for a peer that takes no more than this. */
  Conversion convertedTo(BodyType most) throws IOException {
    Conversion known = conversions.get(most);
    if (known == null) {
      known = Conversion.convert(content, declared, most);
      conversions.put(most, known);
    }
    return known;
  }
}
