package org.mansio.protocols.sasl;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslStep;
import org.mansio.spi.testkit.MemoryDirectory;

/** A connection under TLS to {@code mx.example.org}, with alice and bob of {@code example.org}; alice's secret is shared. */
public final class TestContext implements SaslMechanism.Context {
  public final MemoryDirectory directory =
      new MemoryDirectory().with("alice@example.org", "bob@example.org");
  public final Map<String, byte[]> bindings = new HashMap<>();
  public final Set<String> offered = new HashSet<>();
  public @Nullable X509Certificate certificate;
  public String service = "smtp";
  public String serverName = "mx.example.org";

  public TestContext() {
    share("alice@example.org", "ecila");
  }

  /** Makes a user if need be, whose password is kept. */
  public TestContext share(String address, String password) {
    MailAddress user = MailAddress.of(address);
    if (directory.findUser(user).isEmpty()) {
      directory.with(address);
    }
    directory.setPasswordAndSharedSecret(user, password);
    return this;
  }

  public static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The text of a challenge. */
  public static String challenge(SaslStep step) {
    if (step instanceof SaslStep.Challenge(byte[] octets)) {
      return new String(octets, StandardCharsets.UTF_8);
    }
    throw new AssertionError("no challenge: " + step);
  }

  /** The server's last words. */
  public static String data(SaslStep step) {
    if (step instanceof SaslStep.Success success) {
      return new String(success.data().orElseThrow(), StandardCharsets.UTF_8);
    }
    throw new AssertionError("no success: " + step);
  }

  @Override
  public UserDirectory users() {
    return directory;
  }

  @Override
  public String service() {
    return service;
  }

  @Override
  public String serverName() {
    return serverName;
  }

  @Override
  public boolean tls() {
    return true;
  }

  @Override
  public InetAddress remote() {
    return InetAddress.ofLiteral("192.0.2.1");
  }

  @Override
  public Optional<X509Certificate> clientCertificate() {
    return Optional.ofNullable(certificate);
  }

  @Override
  public Optional<byte[]> channelBinding(String type) {
    return Optional.ofNullable(bindings.get(type));
  }

  @Override
  public Set<String> offered() {
    return offered;
  }
}
