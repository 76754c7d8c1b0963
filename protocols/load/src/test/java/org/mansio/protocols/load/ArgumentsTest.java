package org.mansio.protocols.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

  private static LoadOptions load(String line) throws UsageException {
    return LoadOptions.parse(
        Arguments.parse(LoadOptions.TABLE, line.split(" ")), Map.of("MANSIO_LOAD_PASSWORD", "pw"));
  }

  @Test
  void lettersOfSmtpSourceMeanTheSame() throws UsageException {
    LoadOptions options = load("-d -s 20 -m 5000 -l 4096 -r 3 -L 127.0.0.1:2525");

    assertThat(options.volume()).isEqualTo(new LoadOptions.Volume(5000, 20, Integer.MAX_VALUE, 1));
    assertThat(options.content().size()).isEqualTo(4096);
    assertThat(options.content().recipients()).isEqualTo(3);
    assertThat(options.peer().lmtp()).isTrue();
    assertThat(options.peer().address().getPort()).isEqualTo(2525);
  }

  @Test
  void plainLoginIsMadeOfUserAndPassword() throws UsageException {
    // RFC 4616 §4: NUL user NUL password.
    assertThat(load("--user tim 25").peer().plainLogin()).contains("AHRpbQBwdw==");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--mails 0 25",
        "--mails",
        "--dance 25",
        "25 26",
        "70000",
        "--tls perhaps 25",
        "--run UPPER 25",
        "--run a --repeat 25",
        "--pause 20-10 25",
        "--size 10 25",
        "-d"
      })
  void whatIsNotUnderstoodIsRefused(String line) {
    assertThatExceptionOfType(UsageException.class).isThrownBy(() -> load(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--refuse rcpt 25",
        "--refuse rcpt:250 25",
        "--refuse lunch:450 25",
        "--refuse dot:450:10:.example 25",
        "--refuse rcpt:450:101 25",
        "--delay mail 25",
        "--tls starttls 25"
      })
  void troubleThatCannotBeMadeIsRefused(String line) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> SinkOptions.parse(Arguments.parse(SinkOptions.TABLE, line.split(" "))));
  }

  @Test
  void theUsageNamesEveryOption() {
    String usage = Arguments.usage(LoadOptions.TABLE);

    assertThat(LoadOptions.TABLE)
        .allSatisfy(option -> assertThat(usage).contains("--" + option.name()));
  }
}
