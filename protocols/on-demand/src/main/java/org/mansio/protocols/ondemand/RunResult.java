package org.mansio.protocols.ondemand;

/**
 * What one run of a RemoteQueueStart came to.
 *
 * @param mails taken by ATRN
 * @param text one line
 */
record RunResult(boolean succeeded, long mails, String text) {
  static RunResult success(long mails, String text) {
    return new RunResult(true, mails, text);
  }

  static RunResult failure(String text) {
    return new RunResult(false, 0, text);
  }
}
