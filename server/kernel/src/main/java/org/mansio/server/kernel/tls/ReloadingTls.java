package org.mansio.server.kernel.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
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
 * changed file that can't be used is logged, and what it held before stays in force. Thread-safe.
 */
public final class ReloadingTls implements ServerTls, Component {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadingTls.class);

  /** How often the files are looked at: certificates are renewed days before they end. */
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(10);

  private final Environment environment;
  private final List<String> protocols;
  private final boolean selfSigned;

  // Guarded by this.
  private final List<Source> sources = new ArrayList<>();
  private volatile @Nullable InForce inForce;
  private volatile @Nullable Thread watcher;

  /** What new connections get. */
  private record InForce(CertificatesByName keys, SSLContext context) {}

  /** Files, and what was read of them last. */
  private static final class Source {
    private final CertificateFiles files;
    private List<KeyedCertificate> certificates = List.of();
    private Map<Path, FileTime> seen = Map.of();

    Source(CertificateFiles files) {
      this.files = files;
    }

    boolean changed() throws IOException {
      return !times().equals(seen);
    }

    void load() throws IOException {
      // Remembered first: a file that changes while it is read is read again, a broken one is
      // reported once.
      seen = times();
      certificates = files.load();
    }

    private Map<Path, FileTime> times() throws IOException {
      Map<Path, FileTime> times = new HashMap<>();
      for (Path file : files.files()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
      return times;
    }
  }

  /** @param settings of {@link ServerSettings#TLS} */
  public ReloadingTls(
      Settings settings, Environment environment, Location location, Problems problems) {
    this.environment = environment;
    this.protocols = settings.all(ServerSettings.PROTOCOLS).stream().distinct().toList();
    List<CertificateFiles> configured = configuredFiles(settings, location, problems);
    this.selfSigned = configured.isEmpty();
    for (CertificateFiles files : configured) {
      try {
        add(files);
      } catch (IOException e) {
        problems.error(location, "TLS: " + explain(e));
      }
    }
    if (!sources.isEmpty()) {
      putInForce();
    }
  }

  private List<CertificateFiles> configuredFiles(
      Settings settings, Location location, Problems problems) {
    List<Path> certificates =
        settings.all(ServerSettings.CERTIFICATE).stream().map(this::resolve).toList();
    List<Path> keys =
        settings.all(ServerSettings.KEY).stream().map(this::resolve).toList();
    Optional<Path> keystore = settings.find(ServerSettings.KEYSTORE).map(this::resolve);
    if (keystore.isPresent() && !(certificates.isEmpty() && keys.isEmpty())) {
      problems.error(location, "TLS: set either keystore or certificate and key, not both");
      return List.of();
    }
    if (certificates.size() != keys.size()) {
      problems.error(
          location,
          certificates.isEmpty() || keys.isEmpty()
              ? "TLS: certificate and key belong together; only one is set"
              : "TLS: there are " + certificates.size() + " certificate files and " + keys.size()
                  + " key files; the first key belongs to the first certificate, and so on");
      return List.of();
    }
    if (keystore.isPresent()) {
      String password = settings.find(ServerSettings.KEYSTORE_PASSWORD).orElse("");
      return List.of(new CertificateFiles.Pkcs12(keystore.get(), password));
    }
    List<CertificateFiles> files = new ArrayList<>();
    for (int i = 0; i < certificates.size(); i++) {
      files.add(new CertificateFiles.Pem(certificates.get(i), keys.get(i)));
    }
    return files;
  }

  private Path resolve(String path) {
    return environment.configuration().resolve(path);
  }

  @Override
  public SSLContext context() {
    return inForce().context();
  }

  @Override
  public X509ExtendedKeyManager keyManager() {
    return inForce().keys();
  }

  /** When the first of the certificates in force ends. */
  public Instant validUntil() {
    return inForce().keys().validUntil();
  }

  private InForce inForce() {
    InForce current = inForce;
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
    if (selfSigned) {
      startSelfSigned();
    }
    watcher = Thread.ofVirtual().name("certificate-watch").start(this::watch);
  }

  private synchronized void startSelfSigned() throws IOException {
    sources.clear();
    add(SelfSignedCertificate.obtain(environment.data().resolve("tls"), environment.hostname()));
    putInForce();
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

  /** Reads the files again that changed. @return whether a new certificate is in force */
  public synchronized boolean reloadIfChanged() {
    boolean renewed = false;
    for (Source source : sources) {
      try {
        if (source.changed()) {
          source.load();
          renewed = true;
        }
      } catch (IOException e) {
        LOG.error(
            "The changed certificate can't be used, the one before stays in force: {}", explain(e));
      }
    }
    if (renewed) {
      putInForce();
    }
    return renewed;
  }

  /**
   * Reads the files again, changed or not, because an operator asks.
   *
   * @throws IOException when some can't be used; what they held before stays in force, beside what could be read
   */
  public synchronized void reload() throws IOException {
    List<String> failures = new ArrayList<>();
    for (Source source : sources) {
      try {
        source.load();
      } catch (IOException e) {
        failures.add(explain(e));
      }
    }
    if (failures.size() < sources.size()) {
      putInForce();
    }
    if (!failures.isEmpty()) {
      throw new IOException(String.join("; ", failures));
    }
  }

  private void add(CertificateFiles files) throws IOException {
    Source source = new Source(files);
    source.load();
    sources.add(source);
  }

  private void putInForce() {
    CertificatesByName keys = new CertificatesByName(
        sources.stream().flatMap(source -> source.certificates.stream()).toList());
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, null, null);
      inForce = new InForce(keys, context);
      LOG.info("Certificates in force: {}", keys);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS in this JDK", e);
    }
  }

  private static String explain(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? e.getMessage() + " doesn't exist"
        : "" + e.getMessage();
  }
}
