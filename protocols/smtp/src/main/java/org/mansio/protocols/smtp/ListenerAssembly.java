package org.mansio.protocols.smtp;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.mansio.protocols.core.CommandTable;
import org.mansio.protocols.core.ProtocolServer;
import org.mansio.protocols.smtp.ListenerSettings.AuthMode;
import org.mansio.protocols.smtp.ListenerSettings.TlsMode;
import org.mansio.spi.ServerTls;
import org.mansio.spi.Services;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.smtp.RelayingExtension;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;
import org.mansio.spi.smtp.SmtpService;

/** Puts a listener together: the one command table and the two parameter tables, out of what is built in and plugins. */
final class ListenerAssembly {
  // RFC 2645 §5.1: an on-demand listener takes no mail.
  private static final Set<String> OF_MAIL = Set.of("MAIL", "RCPT", "DATA", "BDAT", "VRFY", "EXPN");

  private final String name;
  private final ListenerOptions options;
  private final ListenerFactory.Context context;
  private final AuthExtension auth;
  private final SolicitingExtension soliciting;

  /** @throws InvalidSettingException when the listener wants mechanisms that aren't there */
  ListenerAssembly(String name, ListenerOptions options, ListenerFactory.Context context)
      throws InvalidSettingException {
    this.name = name;
    this.options = options;
    this.context = context;
    this.auth = new AuthExtension(options.auth(), mechanisms(), context.services());
    this.soliciting = new SolicitingExtension(options.extensions().noSoliciting());
  }

  private List<SaslMechanism> mechanisms() throws InvalidSettingException {
    List<String> wanted =
        options.mechanisms().stream().map(word -> word.toUpperCase(Locale.ROOT)).toList();
    List<String> there = context.mechanisms().stream().map(SaslMechanism::name).toList();
    for (String word : wanted) {
      if (!there.contains(word)) {
        throw new InvalidSettingException("mechanisms: '" + word + "' isn't one of "
            + String.join(", ", there) + "; others have to stand in <sasl>");
      }
    }
    return context.mechanisms().stream()
        .filter(mechanism -> wanted.isEmpty() || wanted.contains(mechanism.name()))
        .toList();
  }

  /** @throws InvalidSettingException when a plugin's verb or parameter exists already, or AUTH has no mechanism */
  Listener listener() throws InvalidSettingException {
    if (options.auth() != AuthMode.OFF && auth.mechanisms().isEmpty()) {
      throw new InvalidSettingException("auth is on, but no plugin has a SASL mechanism");
    }
    try {
      return assemble();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(String.valueOf(e.getMessage()));
    }
  }

  private Listener assemble() {
    // Asked for each connection: the certificate may change, and nothing is asked of the services
    // before they are there.
    ServerTls tls = new CurrentTls(context.services());
    SmtpProtocol protocol = protocol();
    return new SmtpListener(
        name,
        options.service(),
        new ProtocolServer(name, options.server(), tls, protocol),
        protocol);
  }

  /** What is spoken, without a socket. */
  SmtpProtocol protocol() {
    Services services = context.services();
    Hooks hooks = new Hooks(context.hooks(), options.hookTimeout());
    Greeting greeting = new Greeting(services.environment().hostname(), options, hooks);
    XclientCommand xclient =
        new XclientCommand(options.extensions().xclientNetworks(), services, greeting);
    List<SmtpExtension> extensions = extensions(xclient);
    CommandTable<SmtpCommand> commands = commands(extensions, hooks, xclient);
    return new SmtpProtocol(name, options, greeting, commands, hooks, services::dns);
  }

  private List<SmtpExtension> extensions(XclientCommand xclient) {
    List<SmtpExtension> extensions = new ArrayList<>(List.of(
        KeywordExtension.always("PIPELINING"), KeywordExtension.always("ENHANCEDSTATUSCODES")));
    if (options.service() != SmtpService.ON_DEMAND) {
      extensions.addAll(extensionsOfMail());
    }
    if (options.tls() == TlsMode.STARTTLS) {
      extensions.add(
          new KeywordExtension("STARTTLS", session -> !session.tls() && !session.turned()));
    }
    extensions.add(auth);
    if (!options.extensions().xclientNetworks().isEmpty()) {
      extensions.add(xclient);
    }
    extensions.addAll(extensionsOfPlugins());
    return List.copyOf(extensions);
  }

  private List<SmtpExtension> extensionsOfMail() {
    InstantSource clock = InstantSource.system();
    List<SmtpExtension> extensions = new ArrayList<>(List.of(
        new SizeExtension(options.maxMessageSize()),
        new BodyExtension(),
        new Utf8Extension(),
        new DsnExtension(),
        new DeliverByExtension(options.extensions().deliverByMinimum(), clock),
        new PriorityExtension(),
        new RequireTlsExtension(),
        new LimitsExtension(options.maxRecipients(), options.extensions().maxMails()),
        soliciting));
    if (options.submission().futureRelease().isPositive()) {
      extensions.add(new FutureReleaseExtension(options.submission().futureRelease(), clock));
    }
    return extensions;
  }

  private List<SmtpExtension> extensionsOfPlugins() {
    return context.extensions().stream()
        .filter(extension -> extension.offeredOn().contains(options.service()))
        .toList();
  }

  private CommandTable<SmtpCommand> commands(
      List<SmtpExtension> extensions, Hooks hooks, XclientCommand xclient) {
    Services services = context.services();
    List<SmtpParameter> parameters = extensions.stream()
        .flatMap(extension -> extension.parameters().stream())
        .toList();
    ParameterTable<SmtpParameter.OfMail> ofMail =
        ParameterTable.of(parameters, SmtpParameter.OfMail.class);
    ParameterTable<SmtpParameter.OfRcpt> ofRcpt =
        ParameterTable.of(parameters, SmtpParameter.OfRcpt.class);
    AtomicReference<CommandTable<SmtpCommand>> table =
        new AtomicReference<>(new CommandTable.Builder<SmtpCommand>().build());

    List<SmtpCommand> commands = new ArrayList<>();
    commands.addAll(new HelloCommands(services.environment().hostname(), extensions, hooks)
        .commands(options.service()));
    UserLimits userLimits = new UserLimits(
        options.submission().maxMailsPerUser(), options.submission().maxRecipientsPerUser());
    SenderIdentity identity = new SenderIdentity(options.submission().senderIdentity(), services);
    commands.addAll(
        new MailCommands(ofMail, services, hooks, options, identity, userLimits).commands());
    commands.add(
        new RcptCommand(ofRcpt, services, options.maxRecipients(), hooks, this::relays, userLimits)
            .command());
    MessageReception reception = new MessageReception(options, services, hooks, soliciting);
    commands.add(new DataCommand(reception).command());
    commands.add(new BdatCommand(reception, options).command());
    if (!options.extensions().xclientNetworks().isEmpty()) {
      commands.add(xclient.command());
    }
    if (options.tls() == TlsMode.STARTTLS) {
      commands.add(new StartTlsCommand(hooks).command());
    }
    if (options.auth() != AuthMode.OFF) {
      commands.add(new AuthCommand(auth, services, options.maxAuthFailures()).command());
    }
    commands.addAll(
        new MailboxQuestions(options.vrfy(), options.extensions().expn(), services).commands());
    commands.addAll(new SimpleCommands(services, table::get).commands());
    if (options.service() == SmtpService.ON_DEMAND) {
      commands.removeIf(command -> OF_MAIL.contains(command.verb()));
    }
    for (SmtpExtension extension : extensionsOfPlugins()) {
      extension.verbs().forEach(verb -> commands.add(SmtpCommand.of(verb)));
    }
    CommandTable.Builder<SmtpCommand> builder = new CommandTable.Builder<>();
    commands.forEach(command -> builder.add(command.verb(), command));
    CommandTable<SmtpCommand> complete = builder.build();
    table.set(complete);
    return complete;
  }

  /** Whether an extension of a plugin takes care of mail for the domain. */
  private boolean relays(String domain) {
    // RFC 2033 §5: LMTP is no way to relay.
    return options.service() != SmtpService.LMTP
        && context.extensions().stream()
            .anyMatch(extension ->
                extension instanceof RelayingExtension relaying && relaying.relays(domain));
  }

  /** The server's TLS as it is at each moment. */
  private record CurrentTls(Services services) implements ServerTls {
    @Override
    public SSLContext context() {
      return services.tls().context();
    }

    @Override
    public X509ExtendedKeyManager keyManager() {
      return services.tls().keyManager();
    }

    @Override
    public List<String> protocols() {
      return services.tls().protocols();
    }
  }
}
