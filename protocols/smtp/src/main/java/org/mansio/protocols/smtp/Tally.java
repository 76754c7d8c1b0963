package org.mansio.protocols.smtp;

/** What is counted in a session, so that it ends when there is too much of it. For the session's thread only. */
final class Tally {
  private int errors;
  private int junk;
  private int mails;
  private long mailsTaken;
  private int authFailures;

  void countError() {
    errors++;
  }

  /** Forgets errors beyond this number. */
  void limitErrors(int most) {
    errors = Math.min(errors, most);
  }

  /** Replies of 400 and more, since the last mail was taken. */
  int errors() {
    return errors;
  }

  /** Counts a command that does nothing for a mail. @return how many since the last mail was taken */
  int countJunk() {
    return ++junk;
  }

  /** Counts a mail that is begun. @return how many in this session */
  int countMail() {
    return ++mails;
  }

  /** A mail was taken: the client is at work, whatever it asked or got wrong before. */
  void countMailTaken() {
    mailsTaken++;
    junk = 0;
    errors = 0;
  }

  /** Mails taken in this session. */
  long mailsTaken() {
    return mailsTaken;
  }

  /** Counts a failed login. @return how many in this session */
  int countAuthFailure() {
    return ++authFailures;
  }
}
