package org.mansio.protocols.load;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mansio.protocols.load.Arguments.Option;

/**
 * What {@code mansio-sink} is asked to do.
 *
 * @param mails after which it ends; 0: when it is told to
 * @param acknowledged what generators wrote about mails that must have arrived, read at the end
 */
record SinkOptions(
    InetSocketAddress address,
    Protocol protocol,
    Trouble trouble,
    int mails,
    int threads,
    Optional<Path> dump,
    Optional<Path> report,
    List<Path> acknowledged,
    boolean progress) {
  private static final int MOST_THREADS = 64;

  static final List<Option> TABLE = List.of(
      Option.flag("lmtp", "L", "speak LMTP"),
      Option.valued("tls", "T", "MODE", "none, starttls or implicit"),
      Option.valued("certificate", "", "FILE", "for TLS: a PEM file with the chain"),
      Option.valued("key", "", "FILE", "for TLS: a PEM file with the key (PKCS #8)"),
      Option.flag("auth", "A", "offer AUTH PLAIN and take any password"),
      Option.flag("no-pipelining", "p", "don't offer PIPELINING"),
      Option.valued("hostname", "", "NAME", "in greetings (default: sink.example)"),
      Option.valued(
          "refuse",
          "r",
          "STAGE:CODE[:PERCENT[:SUFFIX]]",
          "refuse at connect, hello, mail, rcpt, data or dot; at rcpt only addresses with the suffix"),
      Option.valued("drop", "", "STAGE[:PERCENT]", "close the connection there"),
      Option.valued("delay", "w", "STAGE:MS", "answer that late"),
      Option.valued("mails", "M", "N", "end after so many (default: at SIGTERM)"),
      Option.valued("dump", "D", "FOLDER", "keep each mail as a file"),
      Option.valued("report", "o", "FILE", "write the result as JSON at the end"),
      Option.valued(
          "acknowledged",
          "",
          "FILE",
          "of mansio-load: report which of these mails were lost or came twice"),
      Option.flag("progress", "c", "print a line of JSON whenever mails came"),
      Option.valued("threads", "", "N", "event loops (default: 1)"),
      Option.flag("help", "h", "print this"));

  /**
   * What is spoken.
   *
   * @param certificate of TLS, with the key
   */
  record Protocol(
      boolean lmtp,
      LoadOptions.Tls tls,
      Optional<Path> certificate,
      Optional<Path> key,
      boolean auth,
      boolean pipelining,
      String hostname) {}

  /** @throws UsageException when the command can't be understood */
  static SinkOptions parse(Arguments a) throws UsageException {
    return new SinkOptions(
        Address.parse(a.word("the [HOST:]PORT to listen on")),
        protocol(a),
        Trouble.parse(a.all("refuse"), a.all("drop"), a.all("delay")),
        a.number("mails", 0, 1, Integer.MAX_VALUE),
        a.number("threads", 1, 1, MOST_THREADS),
        a.find("dump").map(Path::of),
        a.find("report").map(Path::of),
        a.all("acknowledged").stream().map(Path::of).toList(),
        a.has("progress"));
  }

  private static Protocol protocol(Arguments a) throws UsageException {
    LoadOptions.Tls tls = LoadOptions.tls(a);
    Optional<Path> certificate = a.find("certificate").map(Path::of);
    Optional<Path> key = a.find("key").map(Path::of);
    if (tls != LoadOptions.Tls.NONE && (certificate.isEmpty() || key.isEmpty())) {
      throw new UsageException("--tls needs --certificate and --key");
    }
    return new Protocol(
        a.has("lmtp"),
        tls,
        certificate,
        key,
        a.has("auth"),
        !a.has("no-pipelining"),
        a.find("hostname").orElse("sink.example"));
  }
}
