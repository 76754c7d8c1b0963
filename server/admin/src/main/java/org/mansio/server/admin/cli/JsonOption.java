package org.mansio.server.admin.cli;

import picocli.CommandLine.Option;

/** The option of every command that reads. */
final class JsonOption {
  @Option(names = "--json", description = "Prints JSON instead of a table.")
  boolean json;
}
