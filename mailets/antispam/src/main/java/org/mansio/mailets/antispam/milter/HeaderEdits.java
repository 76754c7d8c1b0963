package org.mansio.mailets.antispam.milter;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.mansio.spi.mail.HeaderField;
import org.mansio.spi.mail.Headers;
import org.mansio.spi.mail.MailId;
import org.mansio.spi.mail.Message;

/**
 * The header section while a milter edits it, counted as Sendmail counts: the Received field that this server put on the mail
 * is hidden from milters but has a place, and a field that was deleted keeps its number until the milter is done. For one
 * message; not thread-safe.
 */
final class HeaderEdits {
  /** A field, and what it has become. */
  private static final class Entry {
    private final boolean hidden;
    private HeaderField field;
    private boolean deleted;

    private Entry(HeaderField field, boolean hidden) {
      this.field = field;
      this.hidden = hidden;
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private final boolean leadingSpace;
  private long octets;
  private boolean edited;
  private boolean eightBit;

  /**
   * @param id by which this server's own Received field is known
   * @param leadingSpace whether the milter writes the space behind the colon itself
   */
  HeaderEdits(Headers headers, MailId id, boolean leadingSpace) {
    this.leadingSpace = leadingSpace;
    boolean found = false;
    for (HeaderField field : headers.fields()) {
      // Ids are unique, so another server's field can't hold this one by chance.
      boolean own = !found && field.is("Received") && field.raw().contains(id.value());
      found |= own;
      entries.add(new Entry(field, own));
    }
  }

  /** The fields that a milter sees. */
  List<HeaderField> visible() {
    return entries.stream()
        .filter(entry -> !entry.hidden && !entry.deleted)
        .map(entry -> entry.field)
        .toList();
  }

  /**
   * Adds a field at the end.
   *
   * @return whether it was done; not when the name isn't one
   * @throws MilterException when there is more than a header section may hold
   */
  boolean add(String name, String value) throws MilterException {
    return insert(entries.size(), name, value);
  }

  /** Adds a field with that many others above it; a number beyond the last puts it at the end. */
  boolean insert(int index, String name, String value) throws MilterException {
    if (!isName(name)) {
      return false;
    }
    int place = index < 0 ? entries.size() : Math.min(index, entries.size());
    entries.add(place, new Entry(field(name, value), false));
    edited = true;
    return true;
  }

  /** Changes the field of that name and number, or deletes it; where there is none, a value becomes a new field. */
  boolean change(int index, String name, String value) throws MilterException {
    if (!isName(name)) {
      return false;
    }
    int left = Math.max(1, index);
    for (Entry entry : entries) {
      if (!entry.hidden && entry.field.is(name) && --left == 0) {
        entry.deleted = value.isEmpty();
        entry.field = value.isEmpty() ? entry.field : field(name, value);
        edited = true;
        return true;
      }
    }
    return value.isEmpty() || add(name, value);
  }

  boolean edited() {
    return edited;
  }

  /** Whether an edit brought octets over 127. */
  boolean eightBit() {
    return eightBit;
  }

  /** All fields as they are now. */
  Headers headers() {
    return new Headers(entries.stream()
        .filter(entry -> !entry.deleted)
        .map(entry -> entry.field)
        .collect(Collectors.toList()));
  }

  /** RFC 5322 §3.6.8: ftext. */
  private static boolean isName(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 127 && c != ':');
  }

  private HeaderField field(String name, String value) throws MilterException {
    octets += name.length() + value.length();
    if (octets > Message.MAX_HEADER_OCTETS) {
      throw new MilterException(
          "adds more than " + Message.MAX_HEADER_OCTETS + " octets to the header section");
    }
    eightBit |= value.chars().anyMatch(c -> c > 127);
    return new HeaderField(name, name + (leadingSpace ? ":" : ": ") + folded(value));
  }

  /**
   * The value with its folds as RFC 5322 §2.2.3 has them. A milter folds with LF; a line break that doesn't begin a fold
   * would begin another field, or the body, and becomes a fold.
   */
  static String folded(String value) {
    StringBuilder text = new StringBuilder(value.length() + 16);
    String[] lines = value.replace('\0', ' ').split("[\r\n]+");
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      if (i == 0) {
        text.append(line);
      } else if (!line.isBlank()) {
        text.append("\r\n").append(isSpace(line.charAt(0)) ? "" : "\t").append(line);
      }
    }
    return text.toString();
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
