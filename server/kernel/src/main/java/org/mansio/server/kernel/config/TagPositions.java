package org.mansio.server.kernel.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each start tag and each of its attributes stands in an XML text. XML parsers tell only where a tag ends; an
 * operator looks for where it starts. Start tags come in the order in which a parser reports them. On text that isn't
 * well-formed the result means nothing, but the scan ends.
 */
final class TagPositions {
  private final String text;
  private final int[] lineStarts;
  private final List<Tag> tags = new ArrayList<>();
  private int at;

  /** Offsets of a tag's {@code <} and of its attributes' names. */
  private record Tag(int offset, Map<String, Integer> attributes) {}

  TagPositions(String text) {
    this.text = text;
    this.lineStarts = lineStarts(text);
    scan();
  }

  Location tag(String file, int index) {
    return location(file, tag(index).offset());
  }

  Location attribute(String file, int index, String name) {
    Tag tag = tag(index);
    return location(file, tag.attributes().getOrDefault(name, tag.offset()));
  }

  /** An entity of a DOCTYPE may bring more tags than the text has; they are shown at its last one. */
  private Tag tag(int index) {
    return tags.get(Math.min(index, tags.size() - 1));
  }

  private Location location(String file, int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    int line = found >= 0 ? found : -found - 2;
    return new Location(file, line + 1, offset - lineStarts[line] + 1);
  }

  private static int[] lineStarts(String text) {
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // XML 1.0 §2.11: CR LF, LF and a lone CR each end a line.
      if (c == '\n' || (c == '\r' && !text.startsWith("\n", i + 1))) {
        starts.add(i + 1);
      }
    }
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  private void scan() {
    while ((at = text.indexOf('<', at)) >= 0) {
      if (text.startsWith("<!--", at)) {
        skipPast("-->", at + 4);
      } else if (text.startsWith("<![CDATA[", at)) {
        skipPast("]]>", at);
      } else if (text.startsWith("<?", at)) {
        skipPast("?>", at);
      } else if (text.startsWith("</", at) || text.startsWith("<!", at)) {
        skipPast(">", at);
      } else {
        scanTag();
      }
    }
    at = text.length();
  }

  private void skipPast(String end, int from) {
    int found = text.indexOf(end, from);
    at = found < 0 ? text.length() : found + end.length();
  }

  private void scanTag() {
    int start = at;
    Map<String, Integer> attributes = new LinkedHashMap<>();
    at++;
    skipName();
    while (at < text.length() && text.charAt(at) != '>') {
      int nameStart = at;
      skipName();
      if (at == nameStart) {
        at++;
        continue;
      }
      attributes.put(text.substring(nameStart, at), nameStart);
      skipValue();
    }
    tags.add(new Tag(start, attributes));
  }

  private void skipName() {
    while (at < text.length() && "=/> \t\r\n\"'".indexOf(text.charAt(at)) < 0) {
      at++;
    }
  }

  private void skipValue() {
    while (at < text.length() && "\"'>".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at < text.length() && text.charAt(at) != '>') {
      skipPast(String.valueOf(text.charAt(at)), at + 1);
    }
  }
}
