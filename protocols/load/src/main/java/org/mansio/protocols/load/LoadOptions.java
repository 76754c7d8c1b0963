package org.mansio.protocols.load;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mansio.protocols.load.Arguments.Option;

/** What {@code mansio-load} is asked to do. */
record LoadOptions(Peer peer, Content content, Volume volume, Pace pace, Output output) {
  private static final int MOST_SESSIONS = 100_000;
  private static final int MOST_RECIPIENTS = 10_000;
  private static final int MOST_THREADS = 64;

  /** A message needs room for its header. */
  private static final int LEAST_SIZE = 512;

  private static final int LARGEST_SIZE = 1 << 30;
  private static final int LONGEST_SECONDS = 86_400;
  private static final int LONGEST_MILLIS = LONGEST_SECONDS * 1000;
  private static final int HIGHEST_RATE = 10_000_000;
  private static final String PASSWORD = "MANSIO_LOAD_PASSWORD";

  static final List<Option> TABLE = List.of(
      Option.valued("mails", "m", "N", "mails to send (default: 1)"),
      Option.valued("sessions", "s", "N", "connections at once (default: 1)"),
      Option.valued("size", "l", "OCTETS", "of a message with its header (default: 2048)"),
      Option.valued("recipients", "r", "N", "of each mail (default: 1)"),
      Option.valued("from", "f", "ADDRESS", "the sender; % stands for the mail's number"),
      Option.valued("to", "t", "ADDRESS", "the recipient; % stands for its number"),
      Option.valued("numbers", "N", "N", "how many different numbers % has (default: all)"),
      Option.flag("reuse", "d", "keep a connection for all mails of a session"),
      Option.valued("mails-per-connection", "", "N", "connect anew after so many"),
      Option.flag("lmtp", "L", "speak LMTP"),
      Option.valued("tls", "T", "MODE", "none, starttls or implicit; any certificate will do"),
      Option.valued("user", "u", "NAME", "log in by AUTH PLAIN, the password from " + PASSWORD),
      Option.flag("no-pipelining", "", "a command at a time, whatever the server offers"),
      Option.valued("helo", "M", "NAME", "this host's name (default: load.example)"),
      Option.valued("rate", "", "N", "mails a second, all sessions together"),
      Option.valued("pause", "w", "MS[-MS]", "wait before each next mail of a session"),
      Option.valued("octet-rate", "", "N", "send messages at so many octets a second"),
      Option.valued("abort", "", "PERCENT", "so many connections are dropped within a message"),
      Option.valued(
          "timeout", "", "SECONDS", "give a connection up without a reply (default: 300)"),
      Option.valued(
          "connect-attempts", "", "N", "failed ones in a row that end a session (default: 5)"),
      Option.valued(
          "source-addresses", "", "N", "connect from so many addresses of 127.1.0.0/16 in turn"),
      Option.valued("threads", "", "N", "event loops (default: 1)"),
      Option.valued("run", "", "NAME", "of the mails' ids (default: at random)"),
      Option.valued("report", "o", "FILE", "write the result as JSON"),
      Option.valued("acknowledged", "", "FILE", "add the ids of acknowledged mails to a file"),
      Option.flag(
          "repeat",
          "",
          "run for each line on standard input, which may hold a number of mails; print JSON"),
      Option.flag("help", "h", "print this"));

  enum Tls {
    NONE,
    STARTTLS,
    IMPLICIT
  }

  /**
   * Whom to speak to and how.
   *
   * @param plainLogin the initial response of AUTH PLAIN
   * @param sourceAddresses how many local addresses connections come from; 0: the system chooses
   */
  record Peer(
      InetSocketAddress address,
      boolean lmtp,
      Tls tls,
      Optional<String> plainLogin,
      boolean pipelining,
      String helo,
      int sourceAddresses,
      Duration timeout,
      int connectAttempts) {}

  /** What the mails are like. */
  record Content(AddressPattern from, AddressPattern to, int recipients, int size) {}

  /** How many. */
  record Volume(int mails, int sessions, int mailsPerConnection, int threads) {}

  /**
   * How fast, and how often it goes wrong.
   *
   * @param perSecond 0: as fast as the server answers
   * @param octetsPerSecond of a message; 0: as fast as the network takes them
   */
  record Pace(
      int perSecond,
      Duration shortestPause,
      Duration longestPause,
      int octetsPerSecond,
      int abortPercent) {}

  /** What remains of it. @param run empty: each has a name of its own */
  record Output(
      Optional<String> run, Optional<Path> report, Optional<Path> acknowledged, boolean repeat) {}

  /** @throws UsageException when the command can't be understood */
  static LoadOptions parse(Arguments arguments, Map<String, String> environment)
      throws UsageException {
    return new LoadOptions(
        peer(arguments, environment),
        content(arguments),
        volume(arguments),
        pace(arguments),
        output(arguments));
  }

  private static Peer peer(Arguments a, Map<String, String> environment) throws UsageException {
    return new Peer(
        Address.parse(a.word("the server's HOST:PORT")),
        a.has("lmtp"),
        tls(a),
        plainLogin(a, environment),
        !a.has("no-pipelining"),
        a.find("helo").orElse("load.example"),
        a.number("source-addresses", 0, 0, SourceAddresses.MOST),
        Duration.ofSeconds(a.number("timeout", 300, 1, LONGEST_SECONDS)),
        a.number("connect-attempts", 5, 1, Integer.MAX_VALUE));
  }

  static Tls tls(Arguments a) throws UsageException {
    String mode = a.find("tls").orElse("none");
    return Arrays.stream(Tls.values())
        .filter(tls -> tls.name().toLowerCase(Locale.ROOT).equals(mode))
        .findFirst()
        .orElseThrow(() -> new UsageException("--tls takes none, starttls or implicit"));
  }

  private static Optional<String> plainLogin(Arguments a, Map<String, String> environment)
      throws UsageException {
    Optional<String> user = a.find("user");
    if (user.isEmpty()) {
      return Optional.empty();
    }
    String password = environment.get(PASSWORD);
    if (password == null) {
      throw new UsageException("--user needs the password in the environment as " + PASSWORD);
    }
    // RFC 4616 §2: nobody else to act as, the user, the password.
    byte[] response = ("\0" + user.get() + "\0" + password).getBytes(StandardCharsets.UTF_8);
    return Optional.of(Base64.getEncoder().encodeToString(response));
  }

  private static Content content(Arguments a) throws UsageException {
    int numbers = a.number("numbers", MailId.MAX_NUMBER, 1, MailId.MAX_NUMBER);
    return new Content(
        new AddressPattern(a.find("from").orElse("sender@load.example"), numbers),
        new AddressPattern(a.find("to").orElse("recipient@sink.example"), numbers),
        a.number("recipients", 1, 1, MOST_RECIPIENTS),
        a.number("size", 2048, LEAST_SIZE, LARGEST_SIZE));
  }

  private static Volume volume(Arguments a) throws UsageException {
    return new Volume(
        a.number("mails", 1, 1, MailId.MAX_NUMBER),
        a.number("sessions", 1, 1, MOST_SESSIONS),
        a.number(
            "mails-per-connection", a.has("reuse") ? Integer.MAX_VALUE : 1, 1, Integer.MAX_VALUE),
        a.number("threads", 1, 1, MOST_THREADS));
  }

  private static Pace pace(Arguments a) throws UsageException {
    String[] pause = a.find("pause").orElse("0").split("-", 2);
    int shortest = Arguments.number("--pause", pause[0], 0, LONGEST_MILLIS);
    int longest = pause.length == 1
        ? shortest
        : Arguments.number("--pause", pause[1], shortest, LONGEST_MILLIS);
    return new Pace(
        a.number("rate", 0, 1, HIGHEST_RATE),
        Duration.ofMillis(shortest),
        Duration.ofMillis(longest),
        a.number("octet-rate", 0, 1, Integer.MAX_VALUE),
        a.number("abort", 0, 0, 100));
  }

  private static Output output(Arguments a) throws UsageException {
    Optional<String> run = a.find("run");
    if (run.isPresent() && !run.get().matches(MailId.RUN_SYNTAX)) {
      throw new UsageException("--run takes 1 to 16 lower-case letters and digits");
    }
    if (run.isPresent() && a.has("repeat")) {
      throw new UsageException("--repeat makes many runs: --run can't name them");
    }
    return new Output(
        run, a.find("report").map(Path::of), a.find("acknowledged").map(Path::of), a.has("repeat"));
  }
}
