package org.mansio.mailets.delivery.sts;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The answer of a web server to one GET, after which the connection is closed (RFC 9112).
 *
 * @param status from 200 on
 * @param fields by name in lower case; of several of one name the first
 * @param body empty unless the status is 200
 */
record HttpResponse(int status, Map<String, String> fields, byte[] body) {
  static final int OK = 200;

  /** Octets of the head, and of what frames the chunks of a body; servers send a few hundred. */
  private static final int MAX_HEAD = 16 * 1024;

  /** RFC 9110 §15.2: any number may come before the answer; one or two are sent. */
  private static final int MAX_INTERIM = 5;

  private static final int CHUNK_DIGITS = 7;

  HttpResponse {
    fields = Map.copyOf(fields);
  }

  Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name.toLowerCase(Locale.ROOT)));
  }

  /**
   * Reads an answer.
   *
   * @param in best buffered; read octet by octet
   * @param most octets of the body
   * @throws IOException when it isn't HTTP, ends early, or is too long
   */
  static HttpResponse read(InputStream in, int most) throws IOException {
    Reader reader = new Reader(in);
    for (int i = 0; i < MAX_INTERIM; i++) {
      int status = status(reader.line());
      Map<String, String> fields = reader.fields();
      if (status >= OK) {
        byte[] body = status == OK ? reader.body(fields, most) : new byte[0];
        return new HttpResponse(status, fields, body);
      }
    }
    throw new IOException("no answer but interim ones");
  }

  /** RFC 9112 §4. */
  private static int status(String line) throws IOException {
    if (!line.matches("HTTP/1\\.[0-9] [1-5][0-9]{2}( .*)?")) {
      throw new IOException("the answer isn't HTTP/1");
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private static final class Reader {
    private final InputStream in;
    private int left = MAX_HEAD;

    Reader(InputStream in) {
      this.in = in;
    }

    private int next() throws IOException {
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException("the answer ends early");
      }
      return octet;
    }

    String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      // RFC 9112 §2.2: a lone LF ends a line too.
      for (int octet = next(); octet != '\n'; octet = next()) {
        if (left-- == 0) {
          throw new IOException("the head of the answer is longer than " + MAX_HEAD + " octets");
        }
        line.write(octet);
      }
      String text = line.toString(StandardCharsets.ISO_8859_1);
      return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    Map<String, String> fields() throws IOException {
      Map<String, String> fields = new HashMap<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        // RFC 9112 §5.1, §5.2: no white space before the colon, no folded lines.
        if (colon < 1 || line.substring(0, colon).matches(".*\\s.*")) {
          throw new IOException("a header field of the answer is malformed");
        }
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        String value = line.substring(colon + 1).strip();
        String first = fields.putIfAbsent(name, value);
        // RFC 9112 §6.3: where the body ends must not be in doubt.
        if (first != null
            && !first.equals(value)
            && (name.equals("content-length") || name.equals("transfer-encoding"))) {
          throw new IOException("the answer has two " + name + " fields");
        }
      }
      return fields;
    }

    /** RFC 9112 §6.3. */
    byte[] body(Map<String, String> fields, int most) throws IOException {
      String coding = fields.get("transfer-encoding");
      if (coding != null) {
        if (!coding.equalsIgnoreCase("chunked")) {
          throw new IOException("the answer has the unknown transfer coding " + coding);
        }
        return chunks(most);
      }
      String length = fields.get("content-length");
      if (length == null) {
        byte[] body = in.readNBytes(most + 1);
        check(body.length, most);
        return body;
      }
      if (!length.matches("[0-9]{1,18}")) {
        throw new IOException("the answer's Content-Length is malformed");
      }
      check(Long.parseLong(length), most);
      return exactly(Integer.parseInt(length));
    }

    /** RFC 9112 §7.1; trailer fields are of no interest. */
    private byte[] chunks(int most) throws IOException {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      while (true) {
        String size = line().split(";", 2)[0].strip();
        if (!size.matches("[0-9a-fA-F]{1," + CHUNK_DIGITS + "}")) {
          throw new IOException("the size of a chunk is malformed");
        }
        int octets = Integer.parseInt(size, 16);
        if (octets == 0) {
          return body.toByteArray();
        }
        check((long) body.size() + octets, most);
        body.write(exactly(octets));
        if (!line().isEmpty()) {
          throw new IOException("a chunk is longer than it says");
        }
      }
    }

    private static void check(long octets, int most) throws IOException {
      if (octets > most) {
        throw new IOException("the document is longer than " + most + " octets");
      }
    }

    private byte[] exactly(int octets) throws IOException {
      byte[] read = in.readNBytes(octets);
      if (read.length < octets) {
        throw new EOFException("the answer ends early");
      }
      return read;
    }
  }
}
