package org.mansio.protocols.smtpclient.conversion;

/** Gathers {@link OctetFacts} from octets that come in pieces. Used by one thread. */
final class OctetScanner {
  private long total;
  private long eightBit;
  private long otherEscapes;
  private boolean nul;
  private boolean bareLineEnd;
  private boolean longLine;
  private long column;
  private boolean afterCr;

  void add(byte[] octets, int offset, int length) {
    total += length;
    int end = offset + length;
    int at = offset;
    while (at < end) {
      int special = OctetRuns.endOfPlain(octets, at, end);
      if (special > at) {
        afterCr(false);
        column += special - at;
        at = special;
      }
      if (at < end) {
        addSpecial(octets[at]);
        at++;
      }
    }
  }

  private void addSpecial(byte octet) {
    if (octet == '\n') {
      endLine();
      return;
    }
    afterCr(octet == '\r');
    if (octet < 0) {
      eightBit++;
    } else if (octet != '\t' && octet != '\r') {
      otherEscapes++;
      nul |= octet == 0;
    }
    column++;
  }

  private void endLine() {
    bareLineEnd |= !afterCr;
    measureLine(afterCr ? column - 1 : column);
    afterCr = false;
    column = 0;
  }

  private void afterCr(boolean cr) {
    bareLineEnd |= afterCr;
    afterCr = cr;
  }

  private void measureLine(long length) {
    longLine |= length > OctetFacts.MAX_LINE;
  }

  /** About what was added so far; a line or CR that is open counts as ended. */
  OctetFacts facts() {
    return new OctetFacts(
        eightBit > 0,
        nul,
        bareLineEnd || afterCr,
        longLine || column > OctetFacts.MAX_LINE,
        total,
        eightBit + otherEscapes);
  }
}
