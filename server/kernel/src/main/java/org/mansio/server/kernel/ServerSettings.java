package org.mansio.server.kernel;

import java.time.Duration;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.SettingSchema;

/** The server's own settings in {@code server.xml}, from which the reference page is made too. */
public final class ServerSettings {
  public static final Setting<String> HOSTNAME = Setting.text(
      "hostname",
      "The server's fully qualified name in greetings, EHLO and trace headers. Not set: the name of this machine.");

  public static final Setting<MailAddress> POSTMASTER = Setting.address(
      "postmaster",
      "Who gets notices and the mail to <postmaster>. Not set: postmaster at the host name.");

  public static final Setting<Duration> SHUTDOWN_GRACE = Setting.duration(
          "shutdownGrace", "How long a stop waits for transactions and deliveries under way.")
      .defaultsTo("25s");

  /** What stands directly in {@code <server>}. */
  public static final SettingSchema IDENTITY =
      SettingSchema.of(HOSTNAME, POSTMASTER, SHUTDOWN_GRACE);

  public static final Setting<String> CERTIFICATE = Setting.text(
          "certificate",
          "PEM file with the certificate and its chain, the server's own first. Relative paths start at the"
              + " configuration folder. Read anew when it changes. Of several the one for the name that the client asks"
              + " for is shown (RFC 6066), the first to clients that ask for none or another. With neither certificate"
              + " nor keystore the server makes a self-signed certificate at its first start.")
      .repeated();

  public static final Setting<String> KEY = Setting.text(
          "key",
          "PEM file with the certificate's private key, not encrypted; readable by the server only. As many as"
              + " certificates, in the same order.")
      .repeated();

  public static final Setting<String> KEYSTORE = Setting.text(
      "keystore",
      "PKCS #12 file with certificates and keys, instead of the PEM files; the first by alias is the one for other names.");

  public static final Setting<String> KEYSTORE_PASSWORD =
      Setting.secret("keystorePassword", "The password of the PKCS #12 file.");

  public static final Setting<String> PROTOCOLS = Setting.of(
          "protocols",
          new Setting.Type<>(
              "TLSv1.2 or TLSv1.3", Setting.Kind.PLAIN, ServerSettings::parseTlsVersion),
          "TLS versions offered; a list. Older ones aren't available (RFC 8996).")
      .repeated()
      .defaultsTo("TLSv1.3, TLSv1.2");

  /** What stands in {@code <tls>}. */
  public static final SettingSchema TLS =
      SettingSchema.of(CERTIFICATE, KEY, KEYSTORE, KEYSTORE_PASSWORD, PROTOCOLS);

  public static final Setting<Long> TRACE_MAX_SIZE = Setting.size(
          "maxSize",
          "How much of the disk the trace may take, in octets; the oldest part goes first.")
      .defaultsTo("512M");

  public static final Setting<Duration> TRACE_MAX_AGE =
      Setting.duration("maxAge", "How long trace events are kept at most.").defaultsTo("14d");

  public static final Setting<Long> TRACE_SEGMENT_SIZE = Setting.size(
          "segmentSize", "Octets after which the trace goes on in a new file.")
      .defaultsTo("16M");

  /** What stands in {@code <trace>}. */
  public static final SettingSchema TRACE =
      SettingSchema.of(TRACE_MAX_SIZE, TRACE_MAX_AGE, TRACE_SEGMENT_SIZE);

  private ServerSettings() {}

  private static String parseTlsVersion(String text) throws InvalidSettingException {
    if (!text.equals("TLSv1.2") && !text.equals("TLSv1.3")) {
      throw new InvalidSettingException("'" + text + "' is neither TLSv1.2 nor TLSv1.3");
    }
    return text;
  }
}
