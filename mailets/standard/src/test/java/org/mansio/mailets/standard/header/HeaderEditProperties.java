package org.mansio.mailets.standard.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Message;
import org.mansio.spi.testkit.FakeMail;

/** What a header edit doesn't touch leaves octet for octet, whatever it is. Octets are characters of ISO 8859-1 here. */
class HeaderEditProperties {
  private final Chain chain = new Chain();

  /** A field whose value holds any octets but line ends, perhaps folded. */
  @Provide
  Arbitrary<String> field() {
    Arbitrary<String> name = Arbitraries.of(
        "X-Keep", "Received", "x-edit", "X-EDIT-Two", "Subject", "DKIM-Signature", "Bcc");
    Arbitrary<String> line = Arbitraries.strings()
        .withCharRange(' ', '~')
        .withCharRange('\u0080', '\u00ff')
        .withChars('\t')
        .ofMinLength(1)
        .ofMaxLength(30)
        .filter(text -> !text.isBlank());
    Arbitrary<String> value =
        line.list().ofMinSize(1).ofMaxSize(3).map(lines -> String.join("\r\n ", lines));
    return Combinators.combine(name, Arbitraries.of(":", ": ", ":\t", ":  "), value)
        .as((n, colon, v) -> n + colon + v);
  }

  @Provide
  Arbitrary<List<String>> fields() {
    return field().list().ofMaxSize(8);
  }

  @Provide
  Arbitrary<byte[]> body() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
  }

  private static FakeMail mail(List<String> fields, byte[] body) {
    String head =
        fields.stream().map(field -> field + "\r\n").collect(Collectors.joining()) + "\r\n";
    byte[] all = concat(head.getBytes(StandardCharsets.ISO_8859_1), body);
    return FakeMail.from("a@example.org").to("b@example.net").message(Message.of(Content.of(all)));
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static void assertMessage(FakeMail mail, List<String> fields, byte[] body)
      throws Exception {
    byte[] expected = mail(fields, body).message().content().bytes(1 << 20);
    assertThat(mail.message().content().bytes(1 << 20)).isEqualTo(expected);
    assertThat(mail.message().size()).isEqualTo(expected.length);
  }

  private static boolean isNamed(String field, String name) {
    return field.substring(0, field.indexOf(':')).equalsIgnoreCase(name);
  }

  @Property(tries = 100)
  void removingKeepsTheRest(@ForAll("fields") List<String> fields, @ForAll("body") byte[] body)
      throws Exception {
    FakeMail mail = mail(fields, body);
    chain.run(mail, "RemoveMimeHeader", Map.of("name", "X-Edit"));
    assertMessage(
        mail, fields.stream().filter(field -> !isNamed(field, "X-Edit")).toList(), body);
  }

  @Property(tries = 100)
  void removingByPrefixKeepsTheRest(
      @ForAll("fields") List<String> fields, @ForAll("body") byte[] body) throws Exception {
    FakeMail mail = mail(fields, body);
    chain.run(mail, "RemoveMimeHeaderByPrefix", Map.of("prefix", "x-edit"));
    assertMessage(
        mail,
        fields.stream()
            .filter(field -> !field.regionMatches(true, 0, "x-edit", 0, 6))
            .toList(),
        body);
  }

  @Property(tries = 100)
  void addingKeepsTheRest(@ForAll("fields") List<String> fields, @ForAll("body") byte[] body)
      throws Exception {
    FakeMail mail = mail(fields, body);
    chain.run(mail, "SetMimeHeader", Map.of("name", "X-New", "value", "1"));
    List<String> expected = new java.util.ArrayList<>(fields);
    expected.addFirst("X-New: 1");
    assertMessage(mail, expected, body);
  }

  @Property(tries = 100)
  void prefixingTheSubjectKeepsTheRest(
      @ForAll("fields") List<String> fields, @ForAll("body") byte[] body) throws Exception {
    FakeMail mail = mail(fields, body);
    chain.run(mail, "AddSubjectPrefix", Map.of("subjectPrefix", "[list]"));
    int subject = fields.stream()
        .filter(field -> isNamed(field, "Subject"))
        .findFirst()
        .map(fields::indexOf)
        .orElse(-1);
    List<String> expected = new java.util.ArrayList<>(fields);
    if (subject < 0) {
      expected.add("Subject: [list]");
    } else {
      String value = fields.get(subject).substring("Subject:".length()).stripLeading();
      String firstLine = value.lines().findFirst().orElseThrow();
      String separator = "Subject: [list] ".length() + firstLine.length() > 78 ? "\r\n " : " ";
      expected.set(subject, "Subject: [list]" + separator + value);
    }
    assertMessage(mail, expected, body);
  }
}
