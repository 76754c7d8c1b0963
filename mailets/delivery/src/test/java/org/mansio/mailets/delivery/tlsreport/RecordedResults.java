package org.mansio.mailets.delivery.tlsreport;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps all results, for tests. */
public final class RecordedResults implements TlsResults {
  private final List<ReportedPolicy> successes = new CopyOnWriteArrayList<>();
  private final List<FailureDetail> failures = new CopyOnWriteArrayList<>();

  public void attachTo(SwitchableResults source) {
    source.on(this);
  }

  public List<ReportedPolicy> successes() {
    return List.copyOf(successes);
  }

  public List<FailureDetail.Type> failures() {
    return failures.stream().map(FailureDetail::type).toList();
  }

  @Override
  public void success(ReportedPolicy policy) {
    successes.add(policy);
  }

  @Override
  public void failure(ReportedPolicy policy, FailureDetail detail) {
    failures.add(detail);
  }
}
