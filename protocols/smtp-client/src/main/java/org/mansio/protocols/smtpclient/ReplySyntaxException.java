package org.mansio.protocols.smtpclient;

import java.io.IOException;

/** What the peer sent is no reply, or one beyond the limits. The connection is of no further use. */
final class ReplySyntaxException extends IOException {
  private static final long serialVersionUID = 1L;

  ReplySyntaxException(String message) {
    super(message);
  }
}
