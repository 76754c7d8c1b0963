package org.mansio.protocols.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.MailAddress;

class PathParserTest {
  @Test
  void readsAMailboxAndLeavesTheParameters() {
    assertThat(PathParser.parse("from:<a@b.example> SIZE=1 BODY=7BIT", "FROM:"))
        .isEqualTo(new ParsedPath.Mailbox(MailAddress.of("a@b.example"), "SIZE=1 BODY=7BIT"));
  }

  @Test
  void findsTheBracketBehindAQuotedOne() {
    assertThat(PathParser.parse("TO:<\"a> \\\"b\"@b.example>", "TO:"))
        .isEqualTo(new ParsedPath.Mailbox(new MailAddress("a> \"b", "b.example"), ""));
  }

  @Test
  void leavesOutASourceRoute() {
    assertThat(PathParser.parse("TO:<@x.example,@y.example:a@b.example>", "TO:"))
        .isEqualTo(new ParsedPath.Mailbox(MailAddress.of("a@b.example"), ""));
    assertThat(PathParser.parse("TO:<@x.example,y.example:a@b.example>", "TO:"))
        .isInstanceOf(ParsedPath.Malformed.class);
    assertThat(PathParser.parse("TO:<@x.example>", "TO:")).isInstanceOf(ParsedPath.Malformed.class);
  }

  @Test
  void limitsTheLengths() {
    assertThat(PathParser.parse("TO:<" + "a".repeat(64) + "@b.example>", "TO:"))
        .isInstanceOf(ParsedPath.Mailbox.class);
    assertThat(PathParser.parse("TO:<" + "a".repeat(65) + "@b.example>", "TO:"))
        .isInstanceOf(ParsedPath.Malformed.class);
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.strings().withChars("<>@:,\"\\. aB1[]%!+-\u00FC\t").ofMaxLength(40);
  }

  @Property
  void isNeverSurprised(@ForAll("paths") String text) {
    ParsedPath parsed = PathParser.parse("TO:<" + text, "TO:");
    if (parsed instanceof ParsedPath.Mailbox(MailAddress address, String parameters)) {
      assertThat(PathParser.parse("TO:<" + address + "> " + parameters, "TO:")).isEqualTo(parsed);
    }
  }
}
