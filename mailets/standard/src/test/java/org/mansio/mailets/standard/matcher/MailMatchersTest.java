package org.mansio.mailets.standard.matcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.mail.AttributeValue;
import org.mansio.spi.mail.Attributes;
import org.mansio.spi.mail.Origin;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.testkit.FakeMail;

class MailMatchersTest {
  private final Chain chain = new Chain();

  private static FakeMail mail() {
    return FakeMail.from("alice@example.org").to("bob@example.net", "carol@example.net");
  }

  private static FakeMail mailFrom(String address, String user) {
    Optional<String> empty = Optional.empty();
    return mail()
        .origin(new Origin(
            "smtp",
            "ESMTP",
            Optional.of(address),
            empty,
            empty,
            Optional.of(user).filter(u -> !u.isEmpty()),
            empty));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      SenderIs           | ALICE@example.org,x@example.com | true
      SenderIs           | bob@example.org                 | false
      SenderIsRegex      | alice@.*                        | true
      SenderIsRegex      | alice                           | false
      SenderDomainIs     | example.com, example.org        | true
      SenderDomainIs     | org                             | false
      SenderIsNull       | ''                              | false
      """)
  void looksAtTheSender(String name, String condition, boolean expected) throws Exception {
    assertThat(chain.matches(mail(), name, condition)).isEqualTo(expected);
  }

  @Test
  void theNullSenderIsMatchedByItsOwnMatcherOnly() throws Exception {
    FakeMail notice = FakeMail.from("").to("bob@example.net");
    assertThat(chain.matches(notice, "SenderIsNull", "")).isTrue();
    assertThat(chain.matches(notice, "SenderIsRegex", ".*")).isFalse();
    assertThat(chain.matches(notice, "SenderIsLocal", "")).isFalse();
  }

  @Test
  void senderIsLocalAsksForItsDomain() throws Exception {
    assertThat(chain.matches(mail(), "SenderIsLocal", "")).isFalse();
    chain.services.directory.with("someone@example.org");
    assertThat(chain.matches(mail(), "SenderIsLocal", "")).isTrue();
  }

  @Test
  void knowsWhoLoggedIn() throws Exception {
    assertThat(chain.matches(mailFrom("192.0.2.1", ""), "SMTPAuthSuccessful", ""))
        .isFalse();
    assertThat(chain.matches(mailFrom("192.0.2.1", "alice@example.org"), "SMTPAuthSuccessful", ""))
        .isTrue();
    assertThat(chain.matches(
            mailFrom("192.0.2.1", "alice@example.org"), "SMTPAuthUserIs", "Alice@example.org"))
        .isTrue();
    assertThat(chain.matches(
            mailFrom("192.0.2.1", "bob@example.org"), "SMTPAuthUserIs", "alice@example.org"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      192.0.2.7        | 192.0.2.0/24, 2001:db8::/32 | true
      2001:db8:1::5    | 192.0.2.0/24, 2001:db8::/32 | true
      ::ffff:192.0.2.7 | 192.0.2.0/24                | true
      198.51.100.1     | 192.0.2.0/24                | false
      127.0.0.1        | ''                          | false
      """)
  void comparesTheClientWithNetworks(String address, String networks, boolean inside)
      throws Exception {
    assertThat(chain.matches(mailFrom(address, ""), "RemoteAddrInNetwork", networks))
        .isEqualTo(inside);
    assertThat(chain.matches(mailFrom(address, ""), "RemoteAddrNotInNetwork", networks))
        .isEqualTo(!inside);
  }

  @Test
  void mailMadeHereHasNoClient() throws Exception {
    assertThat(chain.matches(mail(), "RemoteAddrInNetwork", "0.0.0.0/0")).isFalse();
    assertThat(chain.matches(mail(), "RemoteAddrNotInNetwork", "192.0.2.0/24")).isFalse();
    assertThatThrownBy(() -> chain.matches(mail(), "RemoteAddrInNetwork", "localhost"))
        .isInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      HasHeader           | x-spam                     | true
      HasHeader           | X-Spam=yes                 | true
      HasHeader           | X-Spam=ye                  | false
      HasHeader           | X-Spam=yes+Subject         | true
      HasHeader           | X-Spam=yes+X-Other         | false
      HasHeaderWithPrefix | x-sp                       | true
      HasHeaderWithPrefix | spam                       | false
      SubjectIs           | Grüße aus Köln             | true
      SubjectIs           | Grüße                      | false
      SubjectStartsWith   | Grüße                      | true
      SubjectStartsWith   | aus                        | false
      RelayLimit          | 2                          | true
      RelayLimit          | 3                          | false
      """)
  void looksAtHeaderFields(String name, String condition, boolean expected) throws Exception {
    FakeMail mail = mail().text("""
        Received: from a
        Received: from b
        Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
         =?iso-8859-1?Q?_aus_K=F6ln?=
        X-Spam: yes

        Text
        """);
    assertThat(chain.matches(mail, name, condition)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1023, true", "1024, false", "1k, false", "1m, false", "0, true"})
  void sizeGreaterThanCountsOctets(String condition, boolean expected) throws Exception {
    FakeMail mail = mail().text("Subject: x\n\n" + "y".repeat(1010));
    assertThat(mail.message().size()).isEqualTo(1024);
    assertThat(chain.matches(mail, "SizeGreaterThan", condition)).isEqualTo(expected);
  }

  private static final String WITH_ATTACHMENT = """
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: multipart/related; boundary=c

      --c

      Text
      --c
      Content-Disposition: attachment; filename*=utf-8''B%C3%BCcher.EXE

      MZ
      --c--
      --b--
      """;

  @Test
  void findsAttachmentsAtAnyDepth() throws Exception {
    assertThat(chain.matches(mail().text(WITH_ATTACHMENT), "HasAttachment", "")).isTrue();
    assertThat(chain.matches(
            mail().text(WITH_ATTACHMENT.replace("attachment", "inline")), "HasAttachment", ""))
        .isFalse();
    assertThat(chain.matches(mail(), "HasAttachment", "")).isFalse();
  }

  @Test
  void comparesDecodedFileNamesOfAttachments() throws Exception {
    assertThat(chain.matches(mail().text(WITH_ATTACHMENT), "AttachmentFileNameIs", "*.com,*.exe"))
        .isTrue();
    assertThat(chain.matches(mail().text(WITH_ATTACHMENT), "AttachmentFileNameIs", "bücher.*"))
        .isTrue();
    assertThat(chain.matches(mail().text(WITH_ATTACHMENT), "AttachmentFileNameIs", "exe"))
        .isFalse();
  }

  @Test
  void aMalformedMultipartIsNoAttachment() throws Exception {
    FakeMail mail =
        mail().text("Content-Type: multipart/mixed\n\n--\nContent-Disposition: inline\n");
    assertThat(chain.matches(mail, "HasAttachment", "")).isFalse();
  }

  @Test
  void readsAttributes() throws Exception {
    FakeMail mail = mail().attribute("spam", "very much");
    assertThat(chain.matches(mail, "HasMailAttribute", "spam")).isTrue();
    assertThat(chain.matches(mail, "HasMailAttribute", "ham")).isFalse();
    assertThat(chain.matches(mail, "HasMailAttributeWithValue", "spam, very much"))
        .isTrue();
    assertThat(chain.matches(mail, "HasMailAttributeWithValue", "spam,very")).isFalse();
    assertThat(chain.matches(mail, "HasMailAttributeWithValueRegex", "spam, very.*"))
        .isTrue();
    assertThatThrownBy(() -> chain.matches(mail, "HasMailAttributeWithValue", "spam"))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void hasExceptionKnowsSuperclasses() throws Exception {
    FakeMail mail = mail();
    List<String> thrown =
        List.of("java.io.FileNotFoundException", "java.io.IOException", "java.lang.Exception");
    mail.setAttributes(
        mail.attributes().with(Attributes.EXCEPTION, new AttributeValue.Texts(thrown)));
    assertThat(chain.matches(mail, "HasException", "java.io.IOException")).isTrue();
    assertThat(chain.matches(mail, "HasException", "IOException")).isTrue();
    assertThat(chain.matches(mail, "HasException", "Error")).isFalse();
    assertThat(chain.matches(mail(), "HasException", "java.io.IOException")).isFalse();
  }
}
