package org.mansio.protocols.core;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.mansio.protocols.core.TestCertificates.Issued;
import org.mansio.spi.ServerTls;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.SettingSchema;
import org.mansio.spi.settings.Settings;

/**
 * A server on loopback that greets with the addresses it sees, and knows the lines {@code tls} (it starts TLS), {@code
 * certificate} (the client's), {@code take n} (it takes n octets) and {@code talk n} (it says n octets) and
 * {@code stall} (it reads nothing until it is told to, and says how much has come meanwhile); what it doesn't know it repeats.
 */
final class TestServer implements AutoCloseable {
  static final String CERTIFICATE_NAME = "mx.example.org";

  private final Map<String, String> settings = new HashMap<>();
  private volatile TestTls tls = new TestTls(TestCertificates.authority(CERTIFICATE_NAME));
  private final CountDownLatch goOn = new CountDownLatch(1);
  private boolean implicitTls;
  private int perAddress = 1000;
  private Duration timeout = Duration.ofMinutes(1);
  private Duration handshakeTimeout = Duration.ofMinutes(1);
  private ProtocolServer server;

  private record TestTls(SSLContext context, X509ExtendedKeyManager keyManager)
      implements ServerTls {
    TestTls(Issued certificate) {
      this(context(certificate), (X509ExtendedKeyManager) keys(certificate)[0]);
    }

    private static SSLContext context(Issued certificate) {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(certificate), null, null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static KeyManager[] keys(Issued certificate) {
      try {
        return certificate.keyManagers();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public List<String> protocols() {
      return List.of("TLSv1.3", "TLSv1.2");
    }
  }

  private final class CurrentTls implements ServerTls {
    @Override
    public SSLContext context() {
      return tls.context();
    }

    @Override
    public X509ExtendedKeyManager keyManager() {
      return tls.keyManager();
    }

    @Override
    public List<String> protocols() {
      return tls.protocols();
    }
  }

  private final class Talker implements Protocol {
    @Override
    public void serve(Connection connection) throws ConnectionEnd {
      try {
        say(connection, show(connection.remote()) + " to " + show(connection.local()));
        while (connection.readLine(512, true) instanceof Line.Text(String text, int ignored)) {
          answer(connection, text);
        }
      } catch (ConnectionEnd end) {
        if (end.reason() == ConnectionEnd.Reason.TIMEOUT) {
          say(connection, "timeout");
        }
        throw end;
      }
    }

    private void answer(Connection connection, String text) throws ConnectionEnd {
      String[] words = text.split(" ", 2);
      switch (words[0]) {
        case "tls" -> connection.startTls("go\r\n".getBytes(StandardCharsets.US_ASCII));
        case "certificate" ->
          say(
              connection,
              connection
                  .clientCertificate()
                  .map(X509Certificate::getSubjectX500Principal)
                  .map(Object::toString)
                  .orElse("none"));
        case "take" -> {
          connection.readInto(new Taker(Integer.parseInt(words[1])));
          say(connection, "taken");
        }
        case "stall" -> stall(connection);
        case "talk" -> connection.write(new byte[Integer.parseInt(words[1])]);
        default -> say(connection, text);
      }
    }

    /** Reads nothing until it is told to, and says how much has come meanwhile. */
    private void stall(Connection connection) throws ConnectionEnd {
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      say(connection, Integer.toString(connection.input().buffered()));
    }

    private static String show(InetSocketAddress address) {
      return address.getAddress().getHostAddress() + " " + address.getPort();
    }

    private static void say(Connection connection, String line) throws ConnectionEnd {
      connection.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public byte[] overloaded() {
      return "full\r\n".getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static final class Taker implements OctetSink {
    private int left;

    Taker(int octets) {
      left = octets;
    }

    @Override
    public int take(byte[] octets, int from, int to) {
      int taken = Math.min(left, to - from);
      left -= taken;
      return from + taken;
    }

    @Override
    public boolean complete() {
      return left == 0;
    }
  }

  TestServer set(String name, String value) {
    settings.put(name, value);
    return this;
  }

  TestServer implicitTls() {
    implicitTls = true;
    return this;
  }

  TestServer perAddress(int connections) {
    perAddress = connections;
    return this;
  }

  TestServer timeout(Duration limit) {
    timeout = limit;
    return this;
  }

  TestServer handshakeTimeout(Duration limit) {
    handshakeTimeout = limit;
    return this;
  }

  TestServer start() throws IOException {
    server = new ProtocolServer(
        "test",
        new ServerOptions(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            implicitTls,
            1000,
            perAddress,
            timeout,
            handshakeTimeout,
            options()),
        new CurrentTls(),
        new Talker());
    server.start();
    return this;
  }

  private ConnectionOptions options() {
    try {
      SettingSchema schema = new SettingSchema(ConnectionSettings.all(), false);
      return ConnectionOptions.of(Settings.ofTexts(schema, settings), Path.of("/"));
    } catch (InvalidSettingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** New connections get a certificate of that name. */
  void replaceCertificate(String name) {
    tls = new TestTls(TestCertificates.authority(name));
  }

  /** Ends what {@code stall} began. */
  void goOn() {
    goOn.countDown();
  }

  ProtocolServer server() {
    return server;
  }

  int port() {
    return server.addresses().getFirst().getPort();
  }

  Talk connect() throws IOException {
    return new Talk(new Socket(InetAddress.getLoopbackAddress(), port()));
  }

  @Override
  public void close() {
    goOn();
    server.stop(Duration.ZERO);
  }
}
