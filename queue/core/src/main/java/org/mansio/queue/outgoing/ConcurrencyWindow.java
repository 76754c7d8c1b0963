package org.mansio.queue.outgoing;

/**
 * How many attempts a lane may have under way, found out from how they end. It starts small. As long as nothing has been
 * refused it grows by one with each success, so that it doubles with each round of attempts; when the destination says that
 * it has enough of us it halves, and from then on a whole round must go well before it grows by one, the first time after
 * each refusal two rounds. So it stays near what the destination takes instead of swinging about it.
 *
 * <p>Two things say nothing. A success while places were free says nothing about more attempts. And as many ends as there
 * were attempts under way when it halved say nothing new: a round that is refused as a whole halves once.
 *
 * <p>The idea is that of congestion avoidance (RFC 5681 §3.1), as mail servers have long used it in kin forms. Guarded by the
 * scheduler's lock.
 */
final class ConcurrencyWindow {
  private int size;
  private boolean everRefused;
  /** Successes towards the next step; negative while it waits after a refusal. */
  private int credit;
  /** Attempts that were under way when it halved, and may not have ended yet. */
  private int old;

  ConcurrencyWindow(int initial) {
    this.size = initial;
  }

  int size(int most) {
    return Math.min(size, most);
  }

  /**
   * An attempt went well.
   *
   * @param full whether all places were taken until then
   */
  void succeeded(boolean full, int most) {
    if (isOld() || !full || size >= most) {
      return;
    }
    credit++;
    if (!everRefused || credit >= size) {
      size++;
      credit = 0;
    }
  }

  /** An attempt ended that says nothing about more or fewer. */
  void ended() {
    isOld();
  }

  /**
   * The destination has enough of us.
   *
   * @param underWay attempts that haven't ended yet
   */
  void refused(int underWay, int most) {
    if (isOld()) {
      return;
    }
    everRefused = true;
    size = Math.max(1, size(most) / 2);
    credit = -size;
    old = underWay;
  }

  /** Whether the attempt that ends is taken for one of those that were under way when it halved. */
  private boolean isOld() {
    if (old == 0) {
      return false;
    }
    old--;
    return true;
  }

  /** What was found out is void: the destination has been away. */
  void restart(int initial) {
    size = Math.min(size, initial);
    credit = 0;
    old = 0;
  }
}
