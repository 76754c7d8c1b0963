package org.mansio.mailets.antispam.milter;

import java.io.IOException;

/** A milter that can't be reached, doesn't answer, or doesn't keep to the protocol; its connection is of no more use. */
final class MilterException extends IOException {
  private static final long serialVersionUID = 1L;

  /** @param message what the milter did, to be read behind its address */
  MilterException(String message) {
    super(message);
  }

  MilterException(String message, Throwable cause) {
    super(message, cause);
  }
}
