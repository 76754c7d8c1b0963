package org.mansio.protocols.smtpclient.conversion;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Messages of any structure for the property tests, with what their parts hold. */
final class GeneratedMessages {
  private GeneratedMessages() {}

  /** @param leaves the decoded octets of each leaf, each as a character, in their order */
  record Generated(byte[] octets, List<String> leaves) {
    @Override
    public String toString() {
      return new String(octets, StandardCharsets.ISO_8859_1);
    }
  }

  private sealed interface Node {
    record Leaf(String type, String encoding, String octets) implements Node {}

    record Multipart(String subtype, List<Node> children) implements Node {}

    record Enclosed(Node message) implements Node {}
  }

  /** @param binary whether bodies may hold NUL and bare CR and LF */
  static Arbitrary<Generated> messages(boolean binary) {
    return node(binary, 3).map(GeneratedMessages::build);
  }

  private static Arbitrary<Node> node(boolean binary, int depth) {
    Arbitrary<Node> leaf = leaf(binary).map(Node.class::cast);
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<Node> inner = Arbitraries.lazy(() -> node(binary, depth - 1));
    Arbitrary<Node> multipart = Combinators.combine(
            Arbitraries.of("mixed", "alternative", "related"),
            inner.list().ofMinSize(1).ofMaxSize(3))
        .as(Node.Multipart::new);
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(3, leaf),
        net.jqwik.api.Tuple.of(3, multipart),
        net.jqwik.api.Tuple.of(1, inner.map(Node.Enclosed::new)));
  }

  private static Arbitrary<Node.Leaf> leaf(boolean binary) {
    List<String> pieces = new ArrayList<>(List.of(
        "\r\n",
        "\r\n",
        "\r\n.",
        "\r\n--",
        "--b1",
        "From ",
        " ",
        "\t",
        "=",
        "a",
        "bc",
        "\u00fc",
        "\u0080\u00ff\u00fe",
        "\u0001",
        "word ".repeat(230),
        "\u00e4".repeat(999),
        "x".repeat(75)));
    if (binary) {
      pieces.addAll(List.of("\r", "\n", "\0", "\r\r\n", "\n.\r\n"));
    }
    Arbitrary<String> octets =
        Arbitraries.of(pieces).list().ofMaxSize(12).map(parts -> String.join("", parts));
    return Combinators.combine(
            Arbitraries.of("text/plain; charset=iso-8859-1", "text/html", "image/png", ""),
            Arbitraries.of("", "7bit", "8bit", "binary", "base64"),
            octets)
        .as(Node.Leaf::new);
  }

  private static Generated build(Node root) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> leaves = new ArrayList<>();
    text(out, "Subject: generated\r\nMIME-Version: 1.0\r\n");
    write(root, out, leaves, new AtomicInteger());
    return new Generated(out.toByteArray(), leaves);
  }

  private static void write(
      Node node, ByteArrayOutputStream out, List<String> leaves, AtomicInteger boundaries) {
    switch (node) {
      case Node.Leaf leaf -> {
        leaves.add(leaf.octets());
        text(out, leaf.type().isEmpty() ? "" : "Content-Type: " + leaf.type() + "\r\n");
        text(
            out,
            leaf.encoding().isEmpty()
                ? ""
                : "Content-Transfer-Encoding: " + leaf.encoding() + "\r\n");
        text(out, "\r\n");
        byte[] octets = leaf.octets().getBytes(StandardCharsets.ISO_8859_1);
        out.writeBytes(
            leaf.encoding().equals("base64") ? Base64.getMimeEncoder().encode(octets) : octets);
      }
      case Node.Multipart multipart -> {
        String boundary = "=_boundary_" + boundaries.incrementAndGet();
        text(
            out, "Content-Type: multipart/" + multipart.subtype() + ";\r\n boundary=\"" + boundary);
        text(out, "\"\r\nContent-Transfer-Encoding: binary\r\n\r\nA pre\u00e4mble\r\n");
        for (Node child : multipart.children()) {
          text(out, "--" + boundary + "\r\n");
          write(child, out, leaves, boundaries);
          text(out, "\r\n");
        }
        text(out, "--" + boundary + "--\r\n");
      }
      case Node.Enclosed enclosed -> {
        text(out, "Content-Type: message/rfc822\r\n\r\nSubject: enclosed\r\n");
        write(enclosed.message(), out, leaves, boundaries);
      }
    }
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
