package org.mansio.mailets.delivery.sts;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.mansio.spi.dns.DnsAnswer;
import org.mansio.spi.dns.DnsResolver;
import org.mansio.spi.mail.InvalidAddressException;
import org.mansio.spi.mail.MailAddress;

/**
 * Gets a small document from a web server whose name is looked up as all others are; the HTTP client of the JDK would ask the
 * operating system. A connection for each, since one host has one policy. Nothing is followed, and nothing is kept.
 * Thread-safe; blocks, and an interrupt of a virtual thread ends it.
 */
final class HttpsGet {
  static final int PORT = 443;

  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);

  private final DnsResolver dns;
  private final SSLContext tls;
  private final int port;

  /** @param tls whom to trust */
  HttpsGet(DnsResolver dns, SSLContext tls, int port) {
    this.dns = dns;
    this.tls = tls;
    this.port = port;
  }

  /**
   * Gets a document.
   *
   * @param host the server must show a certificate for it
   * @param most octets of the document
   * @param patience for one read; the caller bounds the whole
   * @throws javax.net.ssl.SSLException when the server can't prove who it is, or speaks no TLS that is taken
   * @throws IOException when there is no answer, or one that isn't HTTP or too long
   */
  HttpResponse get(String host, String path, int most, Duration patience) throws IOException {
    // What isn't a host name must get neither into the request nor into the certificate's check.
    String name = hostName(host);
    try (Socket connection = connect(name);
        SSLSocket secured =
            (SSLSocket) tls.getSocketFactory().createSocket(connection, name, port, true)) {
      secured.setSoTimeout((int) patience.toMillis());
      SSLParameters parameters = secured.getSSLParameters();
      // RFC 8461 §3.3: SNI with the policy host, and a certificate that is valid for it.
      parameters.setServerNames(List.of(new SNIHostName(name)));
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      secured.setSSLParameters(parameters);
      secured.startHandshake();
      String authority = port == PORT ? name : name + ':' + port;
      String request = "GET " + path + " HTTP/1.1\r\nHost: " + authority
          + "\r\nUser-Agent: Mansio\r\nAccept: text/plain\r\nConnection: close\r\n\r\n";
      secured.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return HttpResponse.read(new BufferedInputStream(secured.getInputStream()), most);
    }
  }

  /** The form that domains of recipients have: lower case, A-labels by IDNA2008 (RFC 5890 §2.3.2.1). */
  private static String hostName(String host) throws UnknownHostException {
    try {
      MailAddress any = MailAddress.parse("x@" + host);
      if (!any.isLiteral()) {
        return any.domain();
      }
    } catch (InvalidAddressException e) {
      // Said below.
    }
    throw new UnknownHostException("'" + host + "' can't be a host's name");
  }

  private Socket connect(String host) throws IOException {
    IOException last = new UnknownHostException(host + " has no address");
    for (InetAddress address : addresses(host)) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, port), (int) CONNECT_PATIENCE.toMillis());
        return socket;
      } catch (IOException e) {
        socket.close();
        last = e;
      }
    }
    throw last;
  }

  private List<InetAddress> addresses(String host) throws IOException {
    return switch (dns.addresses(host)) {
      case DnsAnswer.Found<InetAddress> found -> found.records();
      case DnsAnswer.NoData<InetAddress> ignored -> List.of();
      case DnsAnswer.NoSuchName<InetAddress> ignored -> List.of();
      case DnsAnswer.Unknown<InetAddress> unknown ->
        throw new UnknownHostException(host + " can't be looked up: " + unknown.reason());
    };
  }
}
