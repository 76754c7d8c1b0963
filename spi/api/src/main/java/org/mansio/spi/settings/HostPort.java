package org.mansio.spi.settings;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and perhaps a port.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535; empty when not given
 */
public record HostPort(String host, OptionalInt port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^\\[\\]:\\s/]+))(?::([0-9]{1,5}))?");
  private static final int MAX_PORT = 65_535;

  /** @throws InvalidSettingException when the text isn't {@code host}, {@code host:port} or {@code [ipv6]:port} */
  public static HostPort parse(String text) throws InvalidSettingException {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InvalidSettingException("'" + text + "' isn't host:port");
    }
    String host = form.group(1) != null ? form.group(1) : form.group(2);
    if (form.group(3) == null) {
      return new HostPort(host, OptionalInt.empty());
    }
    int port = Integer.parseInt(form.group(3));
    if (port < 1 || port > MAX_PORT) {
      throw new InvalidSettingException("port " + port + " isn't between 1 and " + MAX_PORT);
    }
    return new HostPort(host, OptionalInt.of(port));
  }

  /** The port, or the protocol's own. */
  public int portOr(int standard) {
    return port.orElse(standard);
  }

  @Override
  public String toString() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return port.isPresent() ? shown + ":" + port.getAsInt() : shown;
  }
}
