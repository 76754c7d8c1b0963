package org.mansio.server.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Names of folders as Maildir++ has them: a dot before each level, the levels in modified UTF-7 (RFC 3501 §5.1.3), as
 * Courier and Dovecot write them. A dot within a level, which Maildir++ has no way to write, is encoded too ({@code &AC4-}).
 */
final class FolderName {
  /** Longest name of a directory on the usual file systems, in octets. */
  private static final int MAX_LENGTH = 255;

  private FolderName() {}

  /**
   * The directory of a folder.
   *
   * @param folder levels separated by {@code /}
   * @return empty when no folder can have that name: an empty level, a control character, too long
   */
  static Optional<String> directory(String folder) {
    StringBuilder name = new StringBuilder();
    for (String level : folder.split("/", -1)) {
      if (level.isEmpty()
          || level.chars().anyMatch(Character::isISOControl)
          || !isWellFormed(level)) {
        return Optional.empty();
      }
      name.append('.').append(encode(level));
    }
    return name.length() > MAX_LENGTH ? Optional.empty() : Optional.of(name.toString());
  }

  /**
   * The folder of a directory.
   *
   * @return empty when the directory isn't named as a folder
   */
  static Optional<String> folder(String directory) {
    if (directory.length() < 2 || directory.charAt(0) != '.') {
      return Optional.empty();
    }
    List<String> levels = new ArrayList<>();
    for (String level : directory.substring(1).split("\\.", -1)) {
      Optional<String> decoded = level.isEmpty() ? Optional.empty() : decode(level);
      if (decoded.isEmpty()) {
        return Optional.empty();
      }
      levels.add(decoded.get());
    }
    return Optional.of(String.join("/", levels));
  }

  private static boolean isWellFormed(String text) {
    return StandardCharsets.UTF_16BE.newEncoder().canEncode(text);
  }

  private static boolean isDirect(char c) {
    return c >= 0x20 && c <= 0x7E && c != '.' && c != '&';
  }

  private static String encode(String level) {
    StringBuilder name = new StringBuilder();
    int i = 0;
    while (i < level.length()) {
      char c = level.charAt(i);
      if (isDirect(c)) {
        name.append(c);
        i++;
      } else if (c == '&') {
        name.append("&-");
        i++;
      } else {
        int start = i;
        while (i < level.length() && !isDirect(level.charAt(i)) && level.charAt(i) != '&') {
          i++;
        }
        byte[] octets = level.substring(start, i).getBytes(StandardCharsets.UTF_16BE);
        // RFC 3501 §5.1.3: base64 with a comma for the slash, without padding.
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(octets);
        name.append('&').append(base64.replace('/', ',')).append('-');
      }
    }
    return name.toString();
  }

  private static Optional<String> decode(String name) {
    StringBuilder level = new StringBuilder();
    int i = 0;
    while (i < name.length()) {
      char c = name.charAt(i);
      int end = c == '&' ? name.indexOf('-', i) : i;
      if (end < 0) {
        return Optional.empty();
      }
      if (c != '&') {
        level.append(c);
      } else if (end == i + 1) {
        level.append('&');
      } else {
        try {
          byte[] octets = Base64.getDecoder().decode(name.substring(i + 1, end).replace(',', '/'));
          level.append(new String(octets, StandardCharsets.UTF_16BE));
        } catch (IllegalArgumentException e) {
          return Optional.empty();
        }
      }
      i = end + 1;
    }
    return Optional.of(level.toString());
  }
}
