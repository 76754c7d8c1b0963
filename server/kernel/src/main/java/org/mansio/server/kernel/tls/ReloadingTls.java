package org.mansio.server.kernel.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.mansio.server.kernel.Component;
import org.mansio.server.kernel.ServerSettings;
import org.mansio.server.kernel.config.Location;
import org.mansio.server.kernel.config.Problems;
import org.mansio.spi.Environment;
import org.mansio.spi.ServerTls;
import org.mansio.spi.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's TLS. A changed certificate holds for connections that come after it; those that exist keep theirs. A
 * changed file that can't be used is logged, and the certificate before stays in force. Thread-safe.
 */
public final class ReloadingTls implements ServerTls, Component {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadingTls.class);

  /** How often the files are looked at: certificates are renewed days before they end. */
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(10);

  private final Environment environment;
  private final List<String> protocols;
  private final Optional<CertificateFiles> configured;

  private volatile @Nullable CertificateFiles files;
  private volatile @Nullable SSLContext context;
  private volatile @Nullable Thread watcher;
  private Map<Path, FileTime> seen = Map.of();

  /** @param settings of {@link ServerSettings#TLS} */
  public ReloadingTls(
      Settings settings, Environment environment, Location location, Problems problems) {
    this.environment = environment;
    this.protocols = settings.all(ServerSettings.PROTOCOLS).stream().distinct().toList();
    this.configured = configuredFiles(settings, location, problems);
    if (configured.isPresent()) {
      try {
        load(configured.get());
      } catch (IOException e) {
        problems.error(location, "TLS: " + explain(e));
      }
    }
  }

  private Optional<CertificateFiles> configuredFiles(
      Settings settings, Location location, Problems problems) {
    Optional<Path> certificate = settings.find(ServerSettings.CERTIFICATE).map(this::resolve);
    Optional<Path> key = settings.find(ServerSettings.KEY).map(this::resolve);
    Optional<Path> keystore = settings.find(ServerSettings.KEYSTORE).map(this::resolve);
    if (keystore.isPresent() && (certificate.isPresent() || key.isPresent())) {
      problems.error(location, "TLS: set either keystore or certificate and key, not both");
      return Optional.empty();
    }
    if (certificate.isPresent() != key.isPresent()) {
      problems.error(location, "TLS: certificate and key belong together; only one is set");
      return Optional.empty();
    }
    if (keystore.isPresent()) {
      String password = settings.find(ServerSettings.KEYSTORE_PASSWORD).orElse("");
      return Optional.of(new CertificateFiles.Pkcs12(keystore.get(), password));
    }
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(new CertificateFiles.Pem(certificate.get(), key.get()))
        : Optional.empty();
  }

  private Path resolve(String path) {
    return environment.configuration().resolve(path);
  }

  @Override
  public SSLContext context() {
    SSLContext current = context;
    if (current == null) {
      throw new IllegalStateException(
          "the self-signed certificate is made at start; there is no TLS before it");
    }
    return current;
  }

  @Override
  public List<String> protocols() {
    return protocols;
  }

  @Override
  public String name() {
    return "TLS";
  }

  @Override
  public Phase phase() {
    return Phase.TLS;
  }

  @Override
  public void start() throws IOException {
    if (configured.isEmpty()) {
      load(SelfSignedCertificate.obtain(environment.data().resolve("tls"), environment.hostname()));
    }
    watcher = Thread.ofVirtual().name("certificate-watch").start(this::watch);
  }

  @Override
  public void stop(Duration grace) {
    Thread current = watcher;
    if (current != null) {
      current.interrupt();
    }
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(WATCH_INTERVAL);
        reloadIfChanged();
      }
    } catch (InterruptedException e) {
      LOG.debug("The watch over the certificate files ends");
    }
  }

  /** Reads the files again when one changed. @return whether a new certificate is in force */
  public synchronized boolean reloadIfChanged() {
    CertificateFiles current = files;
    if (current == null) {
      return false;
    }
    try {
      if (times(current).equals(seen)) {
        return false;
      }
      load(current);
      LOG.info("The certificate was read anew");
      return true;
    } catch (IOException e) {
      LOG.error(
          "The changed certificate can't be used, the one before stays in force: {}", explain(e));
      return false;
    }
  }

  /**
   * Reads the files again, changed or not, because an operator asks.
   *
   * @throws IOException when they can't be used; the certificate before stays in force
   */
  public synchronized void reload() throws IOException {
    CertificateFiles current = files;
    if (current != null) {
      load(current);
      LOG.info("The certificate was read anew");
    }
  }

  private synchronized void load(CertificateFiles from) throws IOException {
    // Remembered first: a file that changes while it is read is read again, a broken one is
    // reported once.
    Map<Path, FileTime> times = times(from);
    seen = times;
    context = from.load();
    files = from;
  }

  private static Map<Path, FileTime> times(CertificateFiles files) throws IOException {
    Map<Path, FileTime> times = new HashMap<>();
    for (Path file : files.files()) {
      times.put(file, Files.getLastModifiedTime(file));
    }
    return times;
  }

  private static String explain(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? e.getMessage() + " doesn't exist"
        : "" + e.getMessage();
  }
}
