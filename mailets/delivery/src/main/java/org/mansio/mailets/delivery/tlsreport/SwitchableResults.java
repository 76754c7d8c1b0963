package org.mansio.mailets.delivery.tlsreport;

import org.jspecify.annotations.Nullable;

/** Notes nothing until somebody wants to know. Thread-safe. */
public final class SwitchableResults implements TlsResults {
  private volatile @Nullable TlsResults target;

  void on(TlsResults newTarget) {
    target = newTarget;
  }

  void off() {
    target = null;
  }

  @Override
  public void success(ReportedPolicy policy) {
    TlsResults now = target;
    if (now != null) {
      now.success(policy);
    }
  }

  @Override
  public void failure(ReportedPolicy policy, FailureDetail detail) {
    TlsResults now = target;
    if (now != null) {
      now.failure(policy, detail);
    }
  }
}
