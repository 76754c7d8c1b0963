package org.mansio.server.admin.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.function.Function;
import javax.management.InstanceNotFoundException;
import org.mansio.server.admin.AdminNames;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line {@code mansioctl}. */
@Command(
    name = "mansioctl",
    description = "Administers a running Mansio server on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done, 1 not healthy, 64 wrong usage, 65 refused,",
      "66 no such thing, 67 no such user, 69 server not running,",
      "70 internal error, 75 try later, 77 server of another user."
    })
public final class Mansioctl {
  private final Session session;

  @Spec
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help.")
  private boolean help;

  @SuppressWarnings("NullAway.Init") // picocli injects the specification
  private Mansioctl(Session session) {
    this.session = session;
  }

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${sys:mansio.data:-${env:MANSIO_DATA:-data}}",
      scope = ScopeType.INHERIT,
      description = "The data folder of the server; by default that of this installation.")
  private void setData(Path folder) {
    session.useData(folder);
  }

  /** Runs one command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(AttachedServer::on, System.in, out, err, arguments));
  }

  /**
   * Runs one command.
   *
   * @param connect opens the server whose data folder it is given
   * @return the exit code, see {@link ExitCodes}
   */
  static int run(
      Function<Path, ServerLink> connect,
      InputStream in,
      PrintWriter out,
      PrintWriter err,
      String... arguments) {
    try (Session session = new Session(connect, in, out)) {
      int code = commandLine(session, out, err).execute(arguments);
      out.flush();
      err.flush();
      return code;
    }
  }

  private static CommandLine commandLine(Session session, PrintWriter out, PrintWriter err) {
    CommandLine line = new CommandLine(new Mansioctl(session));
    line.addSubcommand(new DomainCommands(session));
    line.addSubcommand(new UserCommands(session));
    line.addSubcommand(new AuthCommands(session));
    line.addSubcommand(new AliasCommands(session));
    CommandLine queue = new CommandLine(new QueueCommands(session));
    queue.addSubcommand(new QueueExportCommand(session));
    queue.addSubcommand(new QueueImportCommand(session));
    line.addSubcommand(queue);
    line.addSubcommand(new TraceCommand(session));
    line.addSubcommand(new SimulateCommand(session));
    line.addSubcommand(new ChainCommands(session));
    line.addSubcommand(new PluginsCommand(session));
    line.addSubcommand(new ListenersCommand(session));
    line.addSubcommand(new BeanCommand(session));
    line.addSubcommand(new HealthCommand(session));
    line.addSubcommand(new ReloadCommand(session));
    line.addSubcommand(new LogCommands(session));
    line.addSubcommand(new HelpCommand(session));
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Mansioctl::usage);
    line.setExecutionExceptionHandler((failure, command, result) -> explain(failure, command));
    return line;
  }

  private static int usage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("mansioctl: " + failure.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
      explain(command, err);
    }
    return ExitCodes.USAGE;
  }

  /** What there is to choose from; of a command that does something, only its form: the mistake stays in sight. */
  private static void explain(CommandLine command, PrintWriter err) {
    if (!command.getSubcommands().isEmpty()) {
      command.usage(err);
      return;
    }
    CommandLine.Help help = command.getHelp();
    err.print(help.synopsisHeading() + help.synopsis(help.synopsisHeadingLength()));
    err.println("'" + command.getCommandSpec().qualifiedName() + " --help' tells more.");
  }

  private static int explain(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    Throwable reason = failure instanceof UndeclaredThrowableException && failure.getCause() != null
        ? failure.getCause()
        : failure;
    err.println("mansioctl: "
        + (reason instanceof InstanceNotFoundException ? missing(reason) : messageOf(reason)));
    return switch (reason) {
      case UnreachableException unreachable -> unreachable.exitCode();
      case NoSuchElementException e ->
        isAboutUsers(command) ? ExitCodes.NO_USER : ExitCodes.NOT_FOUND;
      case IllegalArgumentException e -> ExitCodes.DATA;
      case IllegalStateException e -> ExitCodes.TRY_LATER;
      case java.io.IOException e -> ExitCodes.UNAVAILABLE;
      case InstanceNotFoundException e -> ExitCodes.UNAVAILABLE;
      default -> ExitCodes.INTERNAL;
    };
  }

  private static boolean isAboutUsers(CommandLine command) {
    return command.getCommandSpec().root().subcommands().get("user") == command.getParent();
  }

  private static String missing(Throwable reason) {
    return "the process runs, but offers no " + AdminNames.DOMAIN + " operations (yet): "
        + reason.getMessage();
  }

  private static String messageOf(Throwable reason) {
    String message = reason.getMessage();
    return message == null ? reason.toString() : Table.printable(message);
  }
}
