package org.mansio.protocols.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.mansio.protocols.core.CommandTable;
import org.mansio.protocols.core.ProtocolServer;
import org.mansio.protocols.smtp.ListenerSettings.AuthMode;
import org.mansio.protocols.smtp.ListenerSettings.TlsMode;
import org.mansio.spi.ServerTls;
import org.mansio.spi.Services;
import org.mansio.spi.listener.Listener;
import org.mansio.spi.listener.ListenerFactory;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.smtp.SmtpExtension;
import org.mansio.spi.smtp.SmtpParameter;

/** Puts a listener together: the one command table and the two parameter tables, out of what is built in and plugins. */
final class ListenerAssembly {
  private final String name;
  private final ListenerOptions options;
  private final ListenerFactory.Context context;
  private final AuthExtension auth;

  ListenerAssembly(String name, ListenerOptions options, ListenerFactory.Context context) {
    this.name = name;
    this.options = options;
    this.context = context;
    this.auth = new AuthExtension(options.auth(), context.mechanisms());
  }

  /** @throws InvalidSettingException when a plugin's verb or parameter exists already, or AUTH has no mechanism */
  Listener listener() throws InvalidSettingException {
    if (options.auth() != AuthMode.OFF && context.mechanisms().isEmpty()) {
      throw new InvalidSettingException(
          "listener " + name + ": auth is on, but no plugin has a SASL mechanism");
    }
    try {
      return assemble();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("listener " + name + ": " + e.getMessage());
    }
  }

  private Listener assemble() {
    // Asked for each connection: the certificate may change, and nothing is asked of the services
    // before they are there.
    ServerTls tls = new CurrentTls(context.services());
    return new SmtpListener(
        name, options.service(), new ProtocolServer(name, options.server(), tls, protocol()));
  }

  /** What is spoken, without a socket. */
  SmtpProtocol protocol() {
    Services services = context.services();
    List<SmtpExtension> extensions = extensions();
    Hooks hooks = new Hooks(context.hooks(), options.hookTimeout());
    String hostname = services.environment().hostname();
    return new SmtpProtocol(
        name, hostname, options, commands(extensions, hooks, services), hooks, services::dns);
  }

  private List<SmtpExtension> extensions() {
    List<SmtpExtension> extensions = new ArrayList<>(List.of(
        KeywordExtension.always("PIPELINING"),
        new SizeExtension(options.maxMessageSize()),
        new EightBitExtension(),
        KeywordExtension.always("ENHANCEDSTATUSCODES"),
        new DsnExtension()));
    if (options.tls() == TlsMode.STARTTLS) {
      extensions.add(new KeywordExtension("STARTTLS", session -> !session.tls()));
    }
    extensions.add(auth);
    extensions.addAll(context.extensions());
    return List.copyOf(extensions);
  }

  private CommandTable<SmtpCommand> commands(
      List<SmtpExtension> extensions, Hooks hooks, Services services) {
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
    commands.addAll(new MailCommands(ofMail, services, hooks).commands(options.service()));
    commands.add(new RcptCommand(ofRcpt, services, options.maxRecipients(), hooks).command());
    commands.add(new DataCommand(options, services, hooks).command());
    if (options.tls() == TlsMode.STARTTLS) {
      commands.add(new StartTlsCommand().command());
    }
    if (options.auth() != AuthMode.OFF) {
      commands.add(new AuthCommand(auth, services, options.maxAuthFailures()).command());
    }
    commands.addAll(new SimpleCommands(options.vrfy(), services, table::get).commands());
    for (SmtpExtension extension : context.extensions()) {
      extension.verbs().forEach(verb -> commands.add(SmtpCommand.of(verb)));
    }
    CommandTable.Builder<SmtpCommand> builder = new CommandTable.Builder<>();
    commands.forEach(command -> builder.add(command.verb(), command));
    CommandTable<SmtpCommand> complete = builder.build();
    table.set(complete);
    return complete;
  }

  /** The server's TLS as it is at each moment. */
  private record CurrentTls(Services services) implements ServerTls {
    @Override
    public SSLContext context() {
      return services.tls().context();
    }

    @Override
    public List<String> protocols() {
      return services.tls().protocols();
    }
  }
}
