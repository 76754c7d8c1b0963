package org.mansio.server.directory;

/** Whose password is kept in a form that can be read again. */
enum LegacySecrets {
  NEVER,
  /** Of users for whom it is asked when the password is set. */
  ASKED,
  /** Of everybody whose password is set from now on. */
  ALWAYS
}
