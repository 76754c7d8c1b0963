package org.mansio.protocols.smtpclient;

import java.io.IOException;

/** Our own content can't be read: the transaction must not be concluded, or the peer would take half a mail. */
final class UnreadableContent extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableContent(IOException cause) {
    super("the message can't be read: " + cause.getMessage(), cause);
  }
}
