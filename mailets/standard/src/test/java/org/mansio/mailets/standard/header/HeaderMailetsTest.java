package org.mansio.mailets.standard.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mansio.mailets.standard.Chain;
import org.mansio.mailets.standard.mime.EncodedWords;
import org.mansio.spi.mailet.Outcome;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.testkit.FakeMail;

class HeaderMailetsTest {
  private final Chain chain = new Chain();
  private final FakeMail mail =
      FakeMail.from("a@example.org").to("b@example.net").text("""
      Subject: hello
      X-One: 1
      x-one: 2
      Y: 3

      Text
      """);

  private String text() throws Exception {
    return mail.message().headers().toString().replace("\r\n", "\n");
  }

  private String subject() throws Exception {
    return EncodedWords.decode(mail.message().headers().value("Subject").orElseThrow());
  }

  @Test
  void setMimeHeaderAddsOnTop() throws Exception {
    assertThat(chain.run(mail, "SetMimeHeader", Map.of("name", "X-One", "value", "new")))
        .isEqualTo(Outcome.next());
    assertThat(text()).isEqualTo("X-One: new\nSubject: hello\nX-One: 1\nx-one: 2\nY: 3\n");
  }

  @Test
  void setMimeHeaderReplacesWhereAskedTo() throws Exception {
    chain.run(mail, "SetMimeHeader", Map.of("name", "X-One", "value", "new", "replace", "true"));
    assertThat(text()).isEqualTo("Subject: hello\nX-One: new\nY: 3\n");
  }

  @Test
  void setMimeHeaderEncodesAndFolds() throws Exception {
    String value = "Grüße und viele weitere Worte ".repeat(8).strip();
    chain.run(mail, "SetMimeHeader", Map.of("name", "X-Note", "value", value));
    assertThat(text()).isASCII();
    assertThat(text().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(78));
    assertThat(EncodedWords.decode(mail.message().headers().value("X-Note").orElseThrow()))
        .isEqualTo(value);
  }

  @Test
  void setMimeHeaderRefusesWhatIsNoName() {
    assertThatThrownBy(() -> chain.mailet("SetMimeHeader", Map.of("name", "X One:", "value", "1")))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void aLineBreakInAValueMakesNoSecondField() throws Exception {
    chain.run(mail, "SetMimeHeader", Map.of("name", "X-A", "value", "1\r\nBcc: eve@example.org"));
    assertThat(mail.message().headers().contains("Bcc")).isFalse();
  }

  @Test
  void removeMimeHeaderRemovesAllOfTheNames() throws Exception {
    chain.run(mail, "RemoveMimeHeader", Map.of("name", "X-ONE, y"));
    assertThat(text()).isEqualTo("Subject: hello\n");
  }

  @Test
  void removeMimeHeaderByPrefixRemovesAllThatStartSo() throws Exception {
    chain.run(mail, "RemoveMimeHeaderByPrefix", Map.of("prefix", "X-"));
    assertThat(text()).isEqualTo("Subject: hello\nY: 3\n");
  }

  @Test
  void addSubjectPrefixStandsInFrontOnce() throws Exception {
    chain.run(mail, "AddSubjectPrefix", Map.of("subjectPrefix", "[list]"));
    chain.run(mail, "AddSubjectPrefix", Map.of("subjectPrefix", "[list]"));
    assertThat(text()).startsWith("Subject: [list] hello\nX-One");
  }

  @Test
  void addSubjectPrefixKeepsEncodedSubjects() throws Exception {
    mail.text("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n\n");
    chain.run(mail, "AddSubjectPrefix", Map.of("subjectPrefix", "[list]"));
    assertThat(text()).isEqualTo("Subject: [list] =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n");
    assertThat(subject()).isEqualTo("[list] Grüße");
  }

  @Test
  void anEncodedPrefixKeepsItsBlankBeforeAnEncodedSubject() throws Exception {
    mail.text("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n\n");
    chain.run(mail, "AddSubjectPrefix", Map.of("subjectPrefix", "[Köln]"));
    assertThat(subject()).isEqualTo("[Köln] Grüße");
    mail.text("Subject: plain\n\n");
    chain.run(mail, "AddSubjectPrefix", Map.of("subjectPrefix", "[Köln]"));
    assertThat(subject()).isEqualTo("[Köln] plain");
  }

  @Test
  void addSubjectPrefixMakesASubject() throws Exception {
    mail.text("X: 1\n\n");
    chain.run(mail, "AddSubjectPrefix", Map.of("subjectPrefix", "[list]"));
    assertThat(text()).isEqualTo("X: 1\nSubject: [list]\n");
  }

  @Test
  void deliveredToNamesAnOnlyRecipient() throws Exception {
    chain.run(mail, "AddDeliveredToHeader");
    assertThat(text()).startsWith("Delivered-To: b@example.net\n");
  }

  @Test
  void deliveredToKeepsSeveralRecipientsFromEachOther() throws Exception {
    mail.to("c@example.net");
    chain.run(mail, "AddDeliveredToHeader");
    assertThat(text()).doesNotContain("Delivered-To");
  }
}
