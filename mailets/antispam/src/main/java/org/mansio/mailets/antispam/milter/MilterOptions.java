package org.mansio.mailets.antispam.milter;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/**
 * The settings of a milter.
 *
 * @param connectTimeout how long connecting may take
 * @param commandTimeout how long the milter may be silent at a command, and not read
 * @param messageTimeout how long it may be silent at the end of a message
 * @param defaultAction what happens to mail that it couldn't look at
 * @param protocol the newest version to speak
 * @param maxPacket the longest data that it may send in one packet, in octets
 * @param idleConnections how many connections are kept for sessions to come
 * @param authenticated whether it sees mail of those who logged in
 * @param relayNetworks whether it sees mail of the listener's relay networks
 * @param macros which it is told, by stage
 */
record MilterOptions(
    MilterAddress address,
    Duration connectTimeout,
    Duration commandTimeout,
    Duration messageTimeout,
    DefaultAction defaultAction,
    int protocol,
    int maxPacket,
    int idleConnections,
    boolean authenticated,
    boolean relayNetworks,
    Map<Stage, List<String>> macros) {

  /** What happens to mail that a milter couldn't look at. */
  enum DefaultAction {
    /** It goes on without it. */
    ACCEPT,
    /** It is refused for now. */
    TEMPORARY,
    /** It is refused. */
    REJECT,
    /** It is taken, and marked for quarantine. */
    QUARANTINE
  }

  /** The longest data of a packet that Sendmail sends or takes, in octets. */
  static final int PACKET_SIZE = (1 << 16) - 1;

  private static final int LARGEST_PACKET = 16 << 20;

  private static final Setting<MilterAddress> ADDRESS = Setting.of(
          "address",
          new Setting.Type<>("milter address", Setting.Kind.PLAIN, MilterAddress::parse),
          "Where the milter listens: inet:port@host, inet6:port@host or unix:/path.")
      .mandatory();
  private static final Setting<Duration> CONNECT_TIMEOUT = Setting.duration(
          "connectTimeout",
          "How long connecting may take. After a failure the milter counts as away for 10 seconds.")
      .defaultsTo("30s");
  private static final Setting<Duration> COMMAND_TIMEOUT = Setting.duration(
          "commandTimeout",
          "How long the milter may take to read a packet and to answer it, the end of a message excepted.")
      .defaultsTo("10s");
  private static final Setting<Duration> MESSAGE_TIMEOUT = Setting.duration(
          "messageTimeout",
          "How long the milter may be silent at the end of a message. It can ask for more time, up to 10 minutes in all"
              + " or this if longer.")
      .defaultsTo("5m");
  private static final Setting<DefaultAction> DEFAULT_ACTION = Setting.choice(
          "defaultAction",
          "What happens to mail when the milter is away or fails: accept it unseen, refuse it for now (temporary) or for"
              + " good (reject), or take it and mark it for quarantine.",
          DefaultAction.class)
      .defaultsTo("temporary");
  private static final Setting<Long> PROTOCOL = Setting.number(
          "protocol",
          "The newest version of the milter protocol to offer; the milter may choose an older one.",
          Negotiation.OLDEST,
          Negotiation.NEWEST)
      .defaultsTo(Integer.toString(Negotiation.NEWEST));
  private static final Setting<Long> MAX_PACKET = Setting.number(
          "maxPacket",
          "The longest packet that the milter may send, in octets; a longer one ends the connection.",
          PACKET_SIZE,
          LARGEST_PACKET)
      .defaultsTo(Integer.toString(1 << 20));
  private static final Setting<Long> IDLE_CONNECTIONS = Setting.number(
          "idleConnections",
          "How many connections are kept open for sessions to come, for a minute at the most; needs protocol 6. 0: each"
              + " session has a connection of its own.",
          0,
          1000)
      .defaultsTo("10");
  private static final Setting<Boolean> AUTHENTICATED = Setting.flag(
          "authenticated",
          "Whether the milter sees mail of clients that logged in. A signer has to.")
      .defaultsTo("true");
  private static final Setting<Boolean> RELAY_NETWORKS = Setting.flag(
          "relayNetworks",
          "Whether the milter sees mail of clients in the listener's relay networks that didn't log in.")
      .defaultsTo("true");

  // The lists that Sendmail and Postfix send, put together.
  private static final Setting<String> CONNECT_MACROS = macros(
      "connectMacros",
      "when a client connects",
      "j, _, v, {daemon_name}, {daemon_addr}, {daemon_port}, {if_name}, {if_addr}, {client_addr}, {client_name},"
          + " {client_ptr}, {client_port}, {client_connections}");
  private static final Setting<String> HELO_MACROS = macros(
      "heloMacros",
      "at HELO and EHLO",
      "{tls_version}, {cipher}, {cipher_bits}, {cert_subject}, {cert_issuer}");
  private static final Setting<String> MAIL_MACROS = macros(
      "mailMacros",
      "at MAIL",
      "{auth_type}, {auth_authen}, {auth_author}, {mail_mailer}, {mail_host}, {mail_addr}");
  private static final Setting<String> RCPT_MACROS =
      macros("rcptMacros", "at RCPT", "{rcpt_mailer}, {rcpt_host}, {rcpt_addr}");
  private static final Setting<String> DATA_MACROS = macros("dataMacros", "at DATA", "");
  private static final Setting<String> END_OF_HEADER_MACROS =
      macros("endOfHeaderMacros", "behind the header section", "i");
  private static final Setting<String> END_OF_MESSAGE_MACROS =
      macros("endOfMessageMacros", "at the end of a message", "i, {msg_id}");

  static final SettingSchema SCHEMA = SettingSchema.of(
      ADDRESS,
      CONNECT_TIMEOUT,
      COMMAND_TIMEOUT,
      MESSAGE_TIMEOUT,
      DEFAULT_ACTION,
      PROTOCOL,
      MAX_PACKET,
      IDLE_CONNECTIONS,
      AUTHENTICATED,
      RELAY_NETWORKS,
      CONNECT_MACROS,
      HELO_MACROS,
      MAIL_MACROS,
      RCPT_MACROS,
      DATA_MACROS,
      END_OF_HEADER_MACROS,
      END_OF_MESSAGE_MACROS);

  MilterOptions {
    macros = Map.copyOf(macros);
  }

  static MilterOptions of(Settings settings) {
    Map<Stage, List<String>> macros = new EnumMap<>(Stage.class);
    macros.put(Stage.CONNECT, settings.all(CONNECT_MACROS));
    macros.put(Stage.HELO, settings.all(HELO_MACROS));
    macros.put(Stage.MAIL, settings.all(MAIL_MACROS));
    macros.put(Stage.RCPT, settings.all(RCPT_MACROS));
    macros.put(Stage.DATA, settings.all(DATA_MACROS));
    macros.put(Stage.END_OF_HEADER, settings.all(END_OF_HEADER_MACROS));
    macros.put(Stage.END_OF_MESSAGE, settings.all(END_OF_MESSAGE_MACROS));
    return new MilterOptions(
        settings.get(ADDRESS),
        settings.get(CONNECT_TIMEOUT),
        settings.get(COMMAND_TIMEOUT),
        settings.get(MESSAGE_TIMEOUT),
        settings.get(DEFAULT_ACTION),
        settings.get(PROTOCOL).intValue(),
        settings.get(MAX_PACKET).intValue(),
        settings.get(IDLE_CONNECTIONS).intValue(),
        settings.get(AUTHENTICATED),
        settings.get(RELAY_NETWORKS),
        macros);
  }

  private static Setting<String> macros(String name, String when, String names) {
    return Setting.of(
            name,
            new Setting.Type<>("name of a macro", Setting.Kind.PLAIN, MilterOptions::macro),
            "The macros that the milter is told " + when + ", unless it asks for others itself.")
        .defaultsTo(names)
        .repeated();
  }

  private static String macro(String text) throws InvalidSettingException {
    if (Negotiation.isMacro(text)) {
      return text;
    }
    throw new InvalidSettingException("'" + text + "' isn't a macro such as j or {client_addr}");
  }
}
