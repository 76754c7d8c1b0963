package org.mansio.protocols.smtpclient;

import java.io.IOException;

/** The connection ended before MAIL was answered: nothing of the mail was taken, it may be offered on another connection. */
final class LostBeforeMail extends IOException {
  private static final long serialVersionUID = 1L;

  LostBeforeMail(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
