package org.mansio.mailets.antispam.milter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.mansio.spi.mail.Envelope;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Message;
import org.mansio.spi.mail.Recipient;
import org.mansio.spi.testkit.MemoryQueue;

/** The changes of header, envelope and body, counted as Sendmail counts. */
class MailEditsTest {
  private static final MailId ID = MailId.next();

  private final HeaderEdits edits = new HeaderEdits(
      new Headers(List.of(
          HeaderField.of("Received", "from a by mx.example.org id " + ID),
          HeaderField.of("Received", "from b by a"),
          HeaderField.of("X-Spam", "one"),
          HeaderField.of("Subject", "s"),
          HeaderField.of("x-spam", "two"))),
      ID,
      false);
  private final EnvelopeEdits envelope =
      new EnvelopeEdits(Envelope.of("from@example.net", "a@example.org", "b@example.org"));

  private List<String> values() {
    return edits.headers().fields().stream()
        .map(field -> field.name() + "=" + field.value())
        .filter(text -> !text.contains(ID.value()))
        .toList();
  }

  @Test
  void hideTheServersOwnReceived() throws MilterException {
    assertThat(edits.visible()).hasSize(4).noneMatch(field -> field.raw().contains(ID.value()));
    edits.change(1, "Received", "");
    assertThat(edits.headers().all("Received"))
        .singleElement()
        .satisfies(field -> assertThat(field.raw()).contains(ID.value()));
  }

  @Test
  void insertAboveAndBelowTheServersOwnReceived() throws MilterException {
    edits.insert(1, "X-Below", "b");
    edits.insert(0, "X-Above", "a");
    edits.insert(1000, "X-Last", "c");
    assertThat(edits.headers().fields().stream().map(HeaderField::name))
        .containsExactly(
            "X-Above", "Received", "X-Below", "Received", "X-Spam", "Subject", "x-spam", "X-Last");
  }

  @Test
  void changeTheFieldOfThatNumber() throws MilterException {
    edits.change(2, "X-Spam", "changed");
    edits.change(0, "Subject", "new");
    assertThat(values())
        .containsExactly("Received=from b by a", "X-Spam=one", "Subject=new", "X-Spam=changed");
  }

  @Test
  void keepTheNumberOfADeletedField() throws MilterException {
    edits.change(1, "X-Spam", "");
    edits.change(2, "X-Spam", "");
    assertThat(values()).containsExactly("Received=from b by a", "Subject=s");
  }

  @Test
  void addAFieldThatIsChangedButNotThere() throws MilterException {
    assertThat(edits.change(3, "X-Spam", "three")).isTrue();
    assertThat(edits.change(1, "X-None", "")).isTrue();
    assertThat(values()).last().isEqualTo("X-Spam=three");
    assertThat(values()).noneMatch(text -> text.startsWith("X-None"));
  }

  @Test
  void passOverWhatIsNoName() throws MilterException {
    for (String name : List.of("", "a b", "a:b", "a\r\nb", "\u00e4")) {
      assertThat(edits.add(name, "v")).isFalse();
      assertThat(edits.insert(0, name, "v")).isFalse();
      assertThat(edits.change(1, name, "v")).isFalse();
    }
    assertThat(edits.edited()).isFalse();
  }

  @Test
  void leaveTheSpaceToAMilterThatWantsIt() throws MilterException {
    HeaderEdits exact = new HeaderEdits(Headers.empty(), ID, true);
    exact.add("X-A", "\tv");
    exact.add("X-B", "v");
    assertThat(exact.headers().toString()).isEqualTo("X-A:\tv\r\nX-B:v\r\n");
  }

  @Test
  void foldOnlyWhereAFoldIs() {
    assertThat(HeaderEdits.folded("a\n\tb\r\n c")).isEqualTo("a\r\n\tb\r\n c");
    assertThat(HeaderEdits.folded("a\r\nBcc: x")).isEqualTo("a\r\n\tBcc: x");
    assertThat(HeaderEdits.folded("a\n\n\r\nbody")).isEqualTo("a\r\n\tbody");
    assertThat(HeaderEdits.folded("a\n \n b\n")).isEqualTo("a\r\n b");
    assertThat(HeaderEdits.folded("\n a")).isEqualTo("\r\n a");
  }

  @Property
  void neverLetAValueBecomeAnotherField(@ForAll String value) throws IOException {
    HeaderEdits some = new HeaderEdits(Headers.empty(), ID, false);
    some.add(
        "X-Hostile",
        new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    byte[] octets = some.headers().octets();
    Message read = Message.of(org.mansio.spi.mail.Content.of(octets));
    assertThat(read.headers().fields()).singleElement().matches(field -> field.is("X-Hostile"));
    assertThat(read.bodySize()).isZero();
  }

  @Test
  void endWhereAHeaderSectionWould() {
    String large = "x".repeat(Message.MAX_HEADER_OCTETS / 4);
    assertThatThrownBy(() -> {
          for (int i = 0; i < 5; i++) {
            edits.add("X-Large", large);
          }
        })
        .isInstanceOf(MilterException.class);
  }

  @Test
  void addARecipientOnce() throws MilterException {
    assertThat(envelope.add("<c@example.org>", Optional.empty())).isTrue();
    assertThat(envelope.add("A@example.org", Optional.empty())).isTrue();
    assertThat(envelope.envelope().recipients().stream().map(Recipient::toString))
        .containsExactly("a@example.org", "b@example.org", "c@example.org");
  }

  @Test
  void addARecipientWithParameters() throws MilterException {
    envelope.add(
        "<c@example.org>", Optional.of("NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x@example.org SIZE=1"));
    assertThat(envelope.envelope().recipients().getLast())
        .isEqualTo(new Recipient(
            MailAddress.of("c@example.org"),
            Set.of(Recipient.Notify.SUCCESS, Recipient.Notify.FAILURE),
            Optional.of("rfc822;x@example.org"),
            Optional.empty()));
    envelope.add("<d@example.org>", Optional.of("NOTIFY=NEVER,DELAY ORCPT=nonsense"));
    assertThat(envelope.envelope().recipients().getLast()).isEqualTo(Recipient.of("d@example.org"));
  }

  @Test
  void deleteARecipient() {
    assertThat(envelope.delete("<B@example.org>")).isTrue();
    assertThat(envelope.delete("<nobody@example.org>")).isTrue();
    assertThat(envelope.envelope().recipients()).containsExactly(Recipient.of("a@example.org"));
  }

  @Test
  void changeTheSender() {
    envelope.changeSender("<new@example.net>", Optional.of("RET=HDRS ENVID=abc+2B"));
    assertThat(envelope.envelope().reversePath()).isEqualTo("<new@example.net>");
    assertThat(envelope.envelope().returnContent()).contains(Envelope.ReturnContent.HDRS);
    assertThat(envelope.envelope().envelopeId()).contains("abc+2B");
    envelope.changeSender("<>", Optional.empty());
    assertThat(envelope.envelope().sender()).isEmpty();
  }

  @Test
  void passOverWhatIsNoAddress() throws MilterException {
    for (String path :
        List.of("", "<", "x", "<a@b@c>", "<a@example.org>\r\nRCPT TO:<b@example.org>")) {
      assertThat(envelope.add(path, Optional.empty())).describedAs(path).isFalse();
      assertThat(envelope.delete(path)).isFalse();
      assertThat(envelope.changeSender(path, Optional.empty())).isFalse();
    }
    assertThat(envelope.edited()).isFalse();
  }

  private static String body(boolean binary, String... pieces) throws IOException {
    BodyReplacement body = new BodyReplacement(new MemoryQueue().newContent(), binary);
    for (String piece : pieces) {
      body.append(piece.getBytes(StandardCharsets.ISO_8859_1));
    }
    return new String(body.finish().bytes(1000), StandardCharsets.ISO_8859_1);
  }

  @Test
  void giveABodyItsLineEndsInEverySplit() throws IOException {
    String text = "a\r\nb\nc\rd\r\r\n\n\r";
    for (int split = 0; split <= text.length(); split++) {
      assertThat(body(false, text.substring(0, split), text.substring(split)))
          .isEqualTo("a\r\nb\r\nc\r\nd\r\n\r\n\r\n\r\n");
    }
  }

  @Test
  void leaveABinaryBodyAsItIs() throws IOException {
    assertThat(body(true, "a\n", "\r")).isEqualTo("a\n\r");
  }

  @Property
  void neverLetABareLineEndThrough(@ForAll String text) throws IOException {
    String written = body(false, Arrays.copyOf(new String[] {text}, 1));
    assertThat(written.replace("\r\n", "")).doesNotContain("\r", "\n");
  }
}
