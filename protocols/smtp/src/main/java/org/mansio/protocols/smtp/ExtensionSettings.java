package org.mansio.protocols.smtp;

import java.time.Duration;
import java.util.List;
import org.mansio.spi.settings.InvalidSettingException;
import org.mansio.spi.settings.Network;
import org.mansio.spi.settings.Setting;
import org.mansio.spi.settings.Settings;

/** What can be set for the service extensions of a listener. */
final class ExtensionSettings {
  static final Setting<Duration> DELIVER_BY_MINIMUM = Setting.duration(
          "deliverByMinimum",
          "The shortest time that a mail may be given before it is returned (DELIVERBY, RFC 2852). 0s: any.")
      .defaultsTo("0s");

  static final Setting<Long> MAX_MAILS = Setting.number(
          "maxMails",
          "Mails taken in one session, announced as MAILMAX (LIMITS, RFC 9422); then the client has to connect anew."
              + " 0: no limit.",
          0,
          1_000_000)
      .defaultsTo("0");

  static final Setting<String> NO_SOLICITING = Setting.text(
          "noSoliciting",
          "Classes of solicitations that are refused (550) where a sender itself says so (NO-SOLICITING, RFC 3865), such"
              + " as net.example:ADV; separated by commas.")
      .repeated();

  static final Setting<ExpnPolicy> EXPN = Setting.choice(
          "expn",
          "What EXPN tells (RFC 5321 §7.3): off answers 502; authenticated shows the members of a local group or alias to"
              + " users who logged in.",
          ExpnPolicy.class)
      .defaultsTo("off");

  static final Setting<Network> XCLIENT_NETWORKS = Setting.network(
          "xclientNetworks",
          "Networks of proxies that may say by XCLIENT for which client they speak. Whoever is in them can claim to be"
              + " any client and any user.")
      .repeated();

  /** What is left of a reply line (RFC 5321 §4.5.3.1.5) behind {@code 250-NO-SOLICITING}. */
  private static final int MAX_CLASSES = 490;

  /** What EXPN tells. */
  enum ExpnPolicy {
    OFF,
    AUTHENTICATED
  }

  private ExtensionSettings() {}

  static List<Setting<?>> all() {
    return List.of(DELIVER_BY_MINIMUM, MAX_MAILS, NO_SOLICITING, EXPN, XCLIENT_NETWORKS);
  }

  /** The values, named as the settings. */
  record Options(
      Duration deliverByMinimum,
      int maxMails,
      List<String> noSoliciting,
      ExpnPolicy expn,
      List<Network> xclientNetworks) {

    static Options of(Settings settings) throws InvalidSettingException {
      List<String> classes = settings.all(NO_SOLICITING);
      for (String one : classes) {
        if (!SolicitingExtension.isClass(one)) {
          throw new InvalidSettingException("noSoliciting: '" + one + "' isn't a class");
        }
      }
      if (String.join(",", classes).length() > MAX_CLASSES) {
        throw new InvalidSettingException(
            "noSoliciting: all classes together have more than " + MAX_CLASSES + " characters");
      }
      return new Options(
          settings.get(DELIVER_BY_MINIMUM),
          settings.get(MAX_MAILS).intValue(),
          classes,
          settings.get(EXPN),
          settings.all(XCLIENT_NETWORKS));
    }
  }
}
