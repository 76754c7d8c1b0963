package org.mansio.mailets.antispam.milter;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mansio.spi.settings.InvalidSettingException;

/** Where a milter listens, in the form that Sendmail's {@code INPUT_MAIL_FILTER} has. */
sealed interface MilterAddress {
  /** The addresses to try, in order; a name is looked up. */
  List<SocketAddress> resolve() throws IOException;

  /** A socket file. */
  record Local(Path path) implements MilterAddress {
    @Override
    public List<SocketAddress> resolve() {
      return List.of(UnixDomainSocketAddress.of(path));
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** A port. @param onlyIpv6 whether a name's IPv4 addresses are left out */
  record Port(String host, int port, boolean onlyIpv6) implements MilterAddress {
    @Override
    public List<SocketAddress> resolve() throws IOException {
      List<SocketAddress> found = Arrays.stream(InetAddress.getAllByName(host))
          .filter(address -> !onlyIpv6 || address instanceof Inet6Address)
          .<SocketAddress>map(address -> new InetSocketAddress(address, port))
          .toList();
      if (found.isEmpty()) {
        throw new UnknownHostException(host + " has no IPv6 address");
      }
      return found;
    }

    @Override
    public String toString() {
      return (onlyIpv6 ? "inet6:" : "inet:") + port + "@" + host;
    }
  }

  /** Reads {@code inet:port@host}, {@code inet6:port@host}, {@code unix:path} or {@code local:path}. */
  static MilterAddress parse(String text) throws InvalidSettingException {
    Matcher form = Form.PATTERN.matcher(text);
    if (form.matches()) {
      return form.group("path") == null ? port(form) : local(form.group("path"));
    }
    throw new InvalidSettingException(
        "'" + text + "' isn't inet:port@host, inet6:port@host or unix:/path");
  }

  private static MilterAddress port(Matcher form) throws InvalidSettingException {
    int port = Integer.parseInt(form.group("port"));
    if (port < 1 || port > Form.MAX_PORT) {
      throw new InvalidSettingException("port " + port + " isn't between 1 and " + Form.MAX_PORT);
    }
    return new Port(form.group("host"), port, form.group("family").equals("inet6"));
  }

  private static MilterAddress local(String path) throws InvalidSettingException {
    try {
      UnixDomainSocketAddress.of(path);
      return new Local(Path.of(path));
    } catch (InvalidPathException e) {
      throw new InvalidSettingException("'" + path + "' isn't the path of a socket");
    }
  }

  /** How it is written. */
  final class Form {
    private static final int MAX_PORT = 65_535;
    private static final Pattern PATTERN =
        Pattern.compile("(?<family>inet6?):(?<port>[0-9]{1,5})@\\[?(?<host>[^\\s\\[\\]@/]+)]?"
            + "|(?:unix|local):(?<path>.+)");

    private Form() {}
  }
}
