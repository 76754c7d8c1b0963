package org.mansio.server.directory;

/**
 * Text that ends a regular expression's search after so many characters read. An operator's careless pattern and a
 * stranger's address could otherwise keep a thread busy for ever. Not thread-safe.
 */
final class BoundedText implements CharSequence {
  /** An address has 254 octets; a sound pattern reads each a few times. */
  static final int MAX_READS = 200_000;

  private final CharSequence text;
  private final int[] reads;

  /** The search took too long. */
  static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exceeded() {
      super("more than " + MAX_READS + " characters read", null, false, false);
    }
  }

  BoundedText(CharSequence text) {
    this(text, new int[1]);
  }

  private BoundedText(CharSequence text, int[] reads) {
    this.text = text;
    this.reads = reads;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (++reads[0] > MAX_READS) {
      throw new Exceeded();
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new BoundedText(text.subSequence(start, end), reads);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
