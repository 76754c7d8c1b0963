package org.mansio.protocols.smtpclient.conversion;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.smtpclient.conversion.EntityPlan.Treatment;
import org.mansio.spi.mail.BodyType;

/**
 * The second reading: gives the octets of the converted message. Each step of the walk makes a few octets, a block of a body
 * at the most, which wait to be read. Used by one thread.
 */
final class ConvertedStream extends InputStream {
  private static final int BLOCK = 16 * 1024;
  private static final int BASE64_LINE = 76;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final String TRANSFER_ENCODING = "Content-Transfer-Encoding";

  /** Octets that wait; read without a copy. */
  private static final class Waiting extends ByteArrayOutputStream {
    private int at;

    int take(byte[] octets, int offset, int length) {
      int taken = Math.min(length, count - at);
      System.arraycopy(buf, at, octets, offset, taken);
      at += taken;
      return taken;
    }

    boolean isEmpty() {
      return at == count;
    }

    boolean endsLine() {
      return count > 0 && buf[count - 1] == '\n';
    }

    void clear() {
      reset();
      at = 0;
    }
  }

  private final InputStream original;
  private final EntityWalk walk;
  private final List<EntityPlan> plans;
  private final String most;
  private final Waiting waiting = new Waiting();
  private final Deque<String> boundaries = new ArrayDeque<>();
  private final byte[] block = new byte[BLOCK];
  private int entity = -1;
  private boolean ofMessage = true;
  private boolean hasVersion;
  private boolean hasType;
  private @Nullable InputStream body;
  private @Nullable OutputStream encoder;
  private boolean lineEnded;
  private boolean ended;

  /** @param original belongs to this stream from now on */
  ConvertedStream(InputStream original, List<EntityPlan> plans, BodyType to) {
    this.original = original;
    this.walk = new EntityWalk(original);
    this.plans = plans;
    this.most = to == BodyType.SEVEN_BIT ? "7bit" : "8bit";
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] octets, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (waiting.isEmpty()) {
      if (ended) {
        return -1;
      }
      lineEnded = waiting.endsLine() || lineEnded && waiting.size() == 0;
      waiting.clear();
      step();
    }
    return waiting.take(octets, offset, length);
  }

  @Override
  public void close() throws IOException {
    original.close();
  }

  private void step() throws IOException {
    if (body != null && encoder != null) {
      pump(body, encoder);
      return;
    }
    try {
      write(walk.next());
    } catch (MimeException e) {
      throw new IOException("the message is another than at its first reading", e);
    }
  }

  private void pump(InputStream from, OutputStream to) throws IOException {
    int length = from.read(block);
    if (length >= 0) {
      to.write(block, 0, length);
    } else {
      to.close();
      body = null;
      encoder = null;
    }
  }

  private void write(EntityState state) throws IOException {
    switch (state) {
      case T_START_MESSAGE -> ofMessage = true;
      case T_START_BODYPART -> {
        ofMessage = false;
        text("--" + boundaries.getLast() + "\r\n");
      }
      case T_START_HEADER -> {
        entity++;
        hasVersion = false;
        hasType = false;
      }
      case T_FIELD -> writeField(walk.rawField());
      case T_END_HEADER -> endHeader();
      case T_BODY -> startBody();
      case T_START_MULTIPART -> boundaries.addLast(walk.descriptor().getBoundary());
      case T_END_BODYPART -> text("\r\n");
      case T_END_MULTIPART -> text("--" + boundaries.removeLast() + "--");
      case T_END_OF_STREAM -> {
        ended = true;
        text(lineEnded ? "" : "\r\n");
      }
      // RFC 2046 §5.1.1: to be ignored by who reads the message; no encoding covers them.
      case T_PREAMBLE, T_EPILOGUE -> {}
      case T_END_MESSAGE, T_RAW_ENTITY -> {}
    }
  }

  private EntityPlan plan() {
    return plans.get(entity);
  }

  private void writeField(String raw) {
    String name = walk.field().getName().strip();
    hasVersion |= name.equalsIgnoreCase("MIME-Version");
    hasType |= name.equalsIgnoreCase("Content-Type");
    if (!name.equalsIgnoreCase(TRANSFER_ENCODING)) {
      // A fold of binary mail may have been made with LF alone.
      text(raw.replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n");
    } else if (!plan().isEncoded()) {
      text(
          isWithin(walk.field().getBody())
              ? raw + "\r\n"
              : TRANSFER_ENCODING + ": " + most + "\r\n");
    }
  }

  /** Whether the declared encoding is none that claims more than the result may have. */
  private boolean isWithin(String declared) {
    String word = declared.strip().toLowerCase(Locale.ROOT);
    // RFC 2045 §6.4: what holds other parts is never encoded itself; mime4j undoes it where it is.
    boolean encodedComposite = plan().treatment() == Treatment.COMPOSITE
        && (word.equals("base64") || word.equals("quoted-printable"));
    boolean tooMuch = word.equals("binary") || word.equals("8bit") && most.equals("7bit");
    return !tooMuch && !encodedComposite;
  }

  private void endHeader() {
    if (ofMessage && !hasVersion && (plan().isEncoded() || walk.isDeclaredMultipart())) {
      text("MIME-Version: 1.0\r\n");
    }
    if (plan().isEncoded()) {
      if (!hasType && plan().eightBit()) {
        // RFC 1428 §3: text of which nobody said what charset it is in.
        text("Content-Type: text/plain; charset=unknown-8bit\r\n");
      }
      String encoding = plan().treatment() == Treatment.BASE64 ? "base64" : "quoted-printable";
      text(TRANSFER_ENCODING + ": " + encoding + "\r\n");
    }
    text("\r\n");
  }

  private void startBody() {
    switch (plan().treatment()) {
      case COPY -> start(walk.body(), new Unclosed(waiting));
      case QUOTED_PRINTABLE -> start(walk.decodedBody(), new QuotedPrintableOutput(waiting));
      case BASE64 ->
        start(
            walk.decodedBody(),
            Base64.getMimeEncoder(BASE64_LINE, CRLF).wrap(new Unclosed(waiting)));
      case COMPOSITE -> throw new IllegalStateException("a body where entities were");
    }
  }

  private void start(InputStream from, OutputStream to) {
    body = from;
    encoder = to;
  }

  private void text(String octets) {
    waiting.writeBytes(octets.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Closing the encoder ends a part, not the message. */
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      out.write(octets, offset, length);
    }

    @Override
    public void close() {}
  }
}
