package org.mansio.server.processor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mansio.server.kernel.ProcessorDescription;
import org.mansio.server.kernel.TransportRegistry;
import org.mansio.spi.mailet.Mailet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A checked chain with its mailets and transports, which are closed once nobody uses it any more. Thread-safe. */
final class ChainInForce {
  private static final Logger LOG = LoggerFactory.getLogger(ChainInForce.class);

  private final Map<String, Processor> processors = new LinkedHashMap<>();
  private final List<ProcessorDescription> descriptions;
  private final TransportRegistry.Generation transports;
  private int users;
  private boolean retired;

  ChainInForce(Map<String, DraftProcessor> drafts, TransportRegistry.Generation transports) {
    drafts.forEach((name, draft) -> processors.put(name, draft.processor()));
    this.descriptions =
        drafts.values().stream().map(DraftProcessor::description).toList();
    this.transports = transports;
  }

  Map<String, Processor> processors() {
    return processors;
  }

  List<ProcessorDescription> descriptions() {
    return descriptions;
  }

  TransportRegistry.Generation transports() {
    return transports;
  }

  /** Whether it may be used; not once it is retired, so that the caller takes the next one. */
  synchronized boolean enter() {
    if (retired) {
      return false;
    }
    users++;
    return true;
  }

  void leave() {
    boolean last;
    synchronized (this) {
      users--;
      last = retired && users == 0;
    }
    if (last) {
      close();
    }
  }

  /** Lets nobody in any more and closes it when the last one has left. Idempotent. */
  void retire() {
    boolean last;
    synchronized (this) {
      last = !retired && users == 0;
      retired = true;
    }
    if (last) {
      close();
    }
  }

  private void close() {
    for (Processor processor : processors.values()) {
      for (Stage stage : processor.stages()) {
        close(stage.mailet(), stage.where());
      }
    }
    transports.retire();
  }

  /** Closes a mailet, whatever it throws: the next one and the mail that was the last to leave have no part in it. */
  static void close(Mailet mailet, String where) {
    try {
      mailet.close();
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.warn("Mailet {} did not close cleanly", where, e);
    }
  }
}
