package org.mansio.dist.mail;

import java.util.List;

/** A reply with all its lines, as received. */
public record Reply(int code, List<String> lines) {
  public String text() {
    return String.join("\n", lines);
  }
}
