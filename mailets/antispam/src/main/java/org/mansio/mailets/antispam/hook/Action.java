package org.mansio.mailets.antispam.hook;

import org.mansio.spi.settings.Setting;

/** What a finding leads to. */
public enum Action {
  /** Nothing; the check isn't made. */
  OFF,
  /** The mail goes on, with the finding in its attribute. */
  MARK,
  /** 450: a real server comes again. */
  TEMPORARY,
  /** 550. */
  REJECT,
  /** The mail is dropped, and the client doesn't learn it. */
  DISCARD;

  private static final String MEANING =
      " off, mark (the mail's attribute), temporary (450), reject (550), or discard (taken and dropped).";

  /** A setting that says what a finding leads to. */
  public static Setting<Action> setting(String name, String description) {
    return Setting.choice(name, description + MEANING, Action.class);
  }
}
