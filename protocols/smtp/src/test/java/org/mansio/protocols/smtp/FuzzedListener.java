package org.mansio.protocols.smtp;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.mansio.protocols.core.ScriptedConnection;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.queue.SpooledMail;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Settings;
import org.mansio.spi.smtp.SmtpService;
import org.mansio.spi.testkit.FakeServices;

/** A listener without a socket for fuzz tests: runs a session on given octets and checks what must hold for any. */
final class FuzzedListener {
  private static final Pattern REPLY_LINE =
      Pattern.compile("[2-5][0-9]{2}[ -][\\x20-\\x7E\\x80-\\uFFFF]*");
  // RFC 5321 §4.5.3.1.5, with CR LF.
  private static final int MAX_REPLY_LINE = 512;

  private final FakeServices services = new FakeServices();
  private final SmtpProtocol protocol;

  /** What a session came to. */
  record Session(List<String> replies, List<SpooledMail> mails) {
    long taken() {
      return replies.stream().filter(reply -> reply.contains("Ok: queued as ")).count();
    }
  }

  FuzzedListener(SmtpService service, Map<String, String> settings) {
    services.directory.with("alice@example.org", "bob@example.org");
    Map<String, String> all = new HashMap<>(settings);
    all.put("port", "auto");
    all.put("bind", "127.0.0.1");
    all.put("tls", "none");
    all.put("relayNetworks", "127.0.0.0/8");
    try {
      ListenerFactory.Context context =
          new ListenerFactory.Context(services, List.of(), List.of(), List.of());
      ListenerOptions options = ListenerOptions.of(
          service, Settings.ofTexts(ListenerSettings.schema(service), all), Path.of(""));
      protocol = new ListenerAssembly("fuzzed", options, context).protocol();
    } catch (InvalidSettingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs a session; an answer that is no reply, or tells of a failure within, is an error. */
  Session session(byte[] octets) {
    int before = services.queue.mails().size();
    String written =
        new String(new ScriptedConnection(protocol, octets).serve(), StandardCharsets.UTF_8);
    check(written.isEmpty() || written.endsWith("\r\n"), "an answer without its end: " + written);
    List<String> replies = written.lines().toList();
    for (String line : replies) {
      check(REPLY_LINE.matcher(line).matches(), "not a reply: " + line);
      check(
          line.getBytes(StandardCharsets.UTF_8).length + 2 <= MAX_REPLY_LINE, "too long: " + line);
      check(!line.contains(Replies.LOCAL_ERROR.lines().getFirst()), "a failure within: " + line);
      check(!line.contains(Replies.BROKEN.lines().getFirst()), "a failure within: " + line);
    }
    List<SpooledMail> mails = services.queue.mails();
    return new Session(replies, mails.subList(before, mails.size()));
  }

  static void check(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }
}
