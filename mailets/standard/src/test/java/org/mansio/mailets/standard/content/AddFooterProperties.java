package org.mansio.mailets.standard.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.mansio.mailets.standard.Chain;
import org.mansio.spi.mail.Content;
import org.mansio.spi.mail.Message;
import org.mansio.spi.testkit.FakeMail;

class AddFooterProperties {
  @Provide
  Arbitrary<String> fragments() {
    List<String> pieces = List.of(
        "Content-Type: multipart/mixed; boundary=b\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
        "--b\r\n",
        "--b--\r\n",
        "\r\n",
        "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n",
        "=3D\r\n",
        "</body>",
        "\n",
        "\r",
        "--",
        "=",
        "\u00e4",
        "Content-Type: multipart/alternative; boundary=b\r\n");
    return Arbitraries.of(pieces).list().ofMaxSize(25).map(list -> String.join("", list));
  }

  @Property(tries = 500)
  void noMessageMakesItFailOrLosesOctets(@ForAll @From("fragments") String text) throws Exception {
    byte[] before = text.getBytes(StandardCharsets.ISO_8859_1);
    FakeMail mail = FakeMail.from("").to("b@example.net").message(Message.of(Content.of(before)));
    new Chain().run(mail, "AddFooter", Map.of("text", "Footer"));
    byte[] after = mail.message().content().bytes(1 << 20);
    boolean changed = !Arrays.equals(before, after);
    assertThat(changed || !mail.notes().isEmpty()).isTrue();
    assertThat(mail.message().size()).isEqualTo(after.length);
  }
}
