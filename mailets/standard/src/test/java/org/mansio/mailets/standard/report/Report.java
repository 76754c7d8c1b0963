package org.mansio.mailets.standard.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.mansio.spi.queue.SpooledMail;

/** A report read back: its three parts as text, and the fields of each group. */
record Report(org.apache.james.mime4j.dom.Message message, List<Entity> parts) {
  static Report of(SpooledMail mail) throws Exception {
    var message = new DefaultMessageBuilder()
        .parseMessage(new ByteArrayInputStream(mail.content().bytes(1 << 20)));
    assertThat(message.getMimeType()).isEqualTo("multipart/report");
    List<Entity> parts = ((Multipart) message.getBody()).getBodyParts();
    assertThat(parts).hasSize(3);
    return new Report(message, parts);
  }

  String header(String name) {
    return message.getHeader().getField(name).getBody();
  }

  String raw(SpooledMail mail) throws Exception {
    return new String(mail.content().bytes(1 << 20), StandardCharsets.UTF_8);
  }

  String text(int part) throws Exception {
    byte[] octets = ((SingleBody) parts.get(part).getBody()).getInputStream().readAllBytes();
    return new String(octets, StandardCharsets.UTF_8).replace("\r\n", "\n");
  }

  /** Groups of "name: value" lines. */
  List<List<String>> groups() throws Exception {
    return java.util.Arrays.stream(text(1).strip().split("\n\n"))
        .map(group -> List.of(group.split("\n")))
        .toList();
  }
}
