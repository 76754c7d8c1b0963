package org.mansio.server.processor;

/** Names of mailets and matchers as they stand in the chain. */
final class ChainName {
  private ChainName() {}

  /** The short name: class names of Apache James lose their package, so that its users' chains load. */
  static String shorten(String name) {
    boolean ofJames = name.startsWith("org.apache.james.") || name.startsWith("org.apache.mailet.");
    return ofJames ? name.substring(name.lastIndexOf('.') + 1) : name;
  }
}
