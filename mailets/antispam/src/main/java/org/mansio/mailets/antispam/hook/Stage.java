package org.mansio.mailets.antispam.hook;

/** When a check is made, in the order of a session. */
public enum Stage {
  CONNECT,
  HELO,
  MAIL,
  RCPT
}
