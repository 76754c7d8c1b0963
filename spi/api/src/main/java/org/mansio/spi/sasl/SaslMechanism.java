package org.mansio.spi.sasl;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.directory.UserDirectory;

/** A SASL mechanism. Thread-safe; the exchanges it starts aren't. */
public interface SaslMechanism {
  /** The registered name, such as {@code PLAIN}; upper case. */
  String name();

  /** Other names that a client may ask for it by; they aren't offered. */
  default List<String> aliases() {
    return List.of();
  }

  /** How well an exchange keeps the user's secret; what is stronger is offered first. */
  Strength strength();

  /**
   * Whether a password or token crosses the wire, so that it is offered under TLS only (RFC 4954 §4) unless the operator
   * wants it otherwise.
   */
  boolean needsConfidentiality();

  /** Whether a connection has what the mechanism needs, such as a client certificate; not offered otherwise. */
  default boolean isUsable(Context context) {
    return true;
  }

  /** Starts an exchange. */
  SaslExchange start(Context context);

  /** What the other side, or a listener on the way, learns of the secret. Weakest first. */
  enum Strength {
    /** All of it. */
    CLEAR_TEXT,
    /** A digest that a dictionary opens soon, and the server has to know the secret itself. */
    LEGACY_DIGEST,
    /** A token of limited life. */
    TOKEN,
    /** A salted digest of many iterations; the server proves itself too. */
    SALTED_DIGEST,
    /** The same, bound to the TLS connection: nobody can stand in between. */
    BOUND_DIGEST,
    /** Nothing: a signature, or a third party vouches. */
    KEY
  }

  /** The connection that an exchange takes place on, and what a mechanism may ask. */
  interface Context {
    UserDirectory users();

    /** The protocol by its name in GSSAPI and DIGEST-MD5, such as {@code smtp}. */
    String service();

    /** This server's host name, lower case. */
    String serverName();

    /** Whether the connection is under TLS. */
    boolean tls();

    InetAddress remote();

    /** The certificate that the client showed in the handshake, verified against the listener's authorities. */
    default Optional<X509Certificate> clientCertificate() {
      return Optional.empty();
    }

    /**
     * Channel binding data of the TLS connection.
     *
     * @param type {@code tls-server-end-point} (RFC 5929 §4) or {@code tls-exporter} (RFC 9266)
     * @return empty without TLS, or where the binding isn't to be had
     */
    default Optional<byte[]> channelBinding(String type) {
      return Optional.empty();
    }

    /** The names of all mechanisms offered on this connection. Not to be asked by {@link SaslMechanism#isUsable}. */
    Set<String> offered();
  }

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
     * @throws org.mansio.spi.directory.DirectoryException when the directory can't be asked; as {@link SaslStep.Unavailable}
     */
    SaslStep next(byte[] response);

    /** Lets go of what an exchange that ends early holds; called once, however it ends. */
    default void dispose() {}
  }
}
