package com.example.stamp;

import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mailet.Mail;
import org.mansio.spi.mailet.Mailet;
import org.mansio.spi.mailet.Outcome;

/** Puts a header with a fixed text on every mail. */
record Stamp(String text) implements Mailet {
  @Override
  public Outcome service(Mail mail) {
    mail.setMessage(mail.message().prepend(HeaderField.of("X-Stamp", text)));
    mail.note("stamped");
    return Outcome.next();
  }
}
