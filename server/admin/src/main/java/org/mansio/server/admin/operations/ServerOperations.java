package org.mansio.server.admin.operations;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.mansio.server.admin.ReloadResult;
import org.mansio.server.admin.ServerMXBean;
import org.mansio.spi.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server as a whole. */
public final class ServerOperations implements ServerMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(ServerOperations.class);

  private final String version;
  private final Environment environment;
  private final List<Reloadable> reloadables;
  private final Instant started = Instant.now();

  /**
   * One part whose configuration can be read again while it works.
   *
   * @param part its name for operators
   * @param action answers what it did; throws when the new configuration can't be used
   */
  public record Reloadable(String part, Action action) {}

  /** A reload. */
  @FunctionalInterface
  public interface Action {
    String run() throws Exception;
  }

  public ServerOperations(String version, Environment environment, List<Reloadable> reloadables) {
    this.version = version;
    this.environment = environment;
    this.reloadables = List.copyOf(reloadables);
  }

  @Override
  public String getVersion() {
    return version;
  }

  @Override
  public String getHostname() {
    return environment.hostname();
  }

  @Override
  public String getStarted() {
    return started.toString();
  }

  @Override
  public long getPid() {
    return ProcessHandle.current().pid();
  }

  @Override
  public String getDataDirectory() {
    return environment.data().toAbsolutePath().toString();
  }

  @Override
  public List<ReloadResult> reload() {
    List<ReloadResult> results = new ArrayList<>();
    for (Reloadable reloadable : reloadables) {
      results.add(reload(reloadable));
    }
    return results;
  }

  private static ReloadResult reload(Reloadable reloadable) {
    try {
      String done = reloadable.action().run();
      LOG.info("Operator reloaded the {}: {}", reloadable.part(), done);
      return new ReloadResult(reloadable.part(), true, done);
    } catch (Exception e) {
      LOG.warn("The {} could not be reloaded; what was in force stays", reloadable.part(), e);
      return new ReloadResult(reloadable.part(), false, String.valueOf(e.getMessage()));
    }
  }
}
