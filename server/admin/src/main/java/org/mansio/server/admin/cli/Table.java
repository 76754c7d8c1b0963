package org.mansio.server.admin.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Columns for people: as wide as their widest cell, numbers to the right. */
final class Table {
  private static final String GAP = "  ";

  private final List<String> heads;
  private final List<List<String>> rows = new ArrayList<>();
  private final boolean[] numeric;

  Table(String... heads) {
    this.heads = List.of(heads);
    this.numeric = new boolean[heads.length];
  }

  /** One cell for each column; null shows as {@code -}. */
  void row(@Nullable Object... cells) {
    List<String> row = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      numeric[i] |= cells[i] instanceof Number;
      row.add(printable(cells[i]));
    }
    rows.add(row);
  }

  /** What a stranger wrote, such as an address or a remote reply, must not move the terminal's cursor. */
  static String printable(@Nullable Object cell) {
    String text = cell == null || cell.toString().isEmpty() ? "-" : cell.toString();
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  void print(PrintWriter out) {
    int[] widths = new int[heads.size()];
    List<List<String>> lines = new ArrayList<>(rows);
    lines.addFirst(heads);
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - line.get(i).length());
        text.append(i == 0 ? "" : GAP);
        text.append(numeric[i] ? padding + line.get(i) : line.get(i) + padding);
      }
      out.println(text.toString().stripTrailing());
    }
  }
}
