package org.mansio.spi.sasl;

import org.mansio.spi.directory.UserDirectory;

/** A SASL mechanism. Thread-safe; the exchanges it starts aren't. */
public interface SaslMechanism {
  /** The registered name, such as {@code PLAIN}; upper case. */
  String name();

  /** Whether the password crosses the wire, so that it is offered under TLS only (RFC 4954 §4). */
  boolean needsConfidentiality();

  /** Starts an exchange. */
  SaslExchange start(Context context);

  /**
   * What a mechanism may use.
   *
   * @param tls whether the connection is under TLS
   */
  record Context(UserDirectory users, String serverName, boolean tls) {}

  /** One exchange; one thread at a time. */
  interface SaslExchange {
    /** Whether the client speaks first: without an initial response it is then asked by an empty challenge. */
    boolean clientFirst();

    /**
     * Whether an initial response may stand behind AUTH; it is then the first response. Also for a mechanism whose server
     * usually speaks first, such as LOGIN, which some clients begin with the name.
     */
    default boolean takesInitialResponse() {
      return clientFirst();
    }

    /**
     * The next step. May block on the directory.
     *
     * @param response decoded; empty at the first step of a mechanism where the server speaks first
     */
    SaslStep next(byte[] response);
  }
}
