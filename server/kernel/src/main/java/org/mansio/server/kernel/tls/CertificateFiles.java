package org.mansio.server.kernel.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Where certificates and their keys lie. Reads them anew at each call; immutable. */
sealed interface CertificateFiles {
  /** What the files hold now, at least one. @throws IOException when they can't be used; the message says why */
  List<KeyedCertificate> load() throws IOException;

  /** The files to watch. */
  List<Path> files();

  /** PEM: the chain in one file, the key in another or the same. */
  record Pem(Path certificate, Path key) implements CertificateFiles {
    @Override
    public List<KeyedCertificate> load() throws IOException {
      List<X509Certificate> chain = readChain();
      PrivateKey privateKey = readKey();
      if (!PairCheck.belongTogether(privateKey, chain.getFirst().getPublicKey())) {
        throw new IOException(
            "the key in " + key + " doesn't belong to the certificate in " + certificate);
      }
      return List.of(KeyedCertificate.of(privateKey, chain));
    }

    private List<X509Certificate> readChain() throws IOException {
      try (InputStream in = Files.newInputStream(certificate)) {
        Collection<? extends Certificate> all =
            CertificateFactory.getInstance("X.509").generateCertificates(in);
        if (all.isEmpty()) {
          throw new IOException(certificate + " holds no certificate");
        }
        return all.stream().map(X509Certificate.class::cast).toList();
      } catch (GeneralSecurityException e) {
        throw new IOException(certificate + " isn't a PEM certificate: " + e.getMessage(), e);
      }
    }

    private PrivateKey readKey() throws IOException {
      String pem = Files.readString(key, StandardCharsets.US_ASCII);
      Optional<PrivateKey> found = Pkcs8Key.read(pem);
      if (found.isEmpty()) {
        found = TraditionalKeys.read(pem);
      }
      return found.orElseThrow(() -> new IOException(
          key + " holds no unencrypted private key; decrypt it, or use a PKCS #12 keystore"));
    }

    @Override
    public List<Path> files() {
      return List.of(certificate, key);
    }
  }

  /** PKCS #12; every entry with a key counts. */
  record Pkcs12(Path keystore, String password) implements CertificateFiles {
    @Override
    public List<KeyedCertificate> load() throws IOException {
      try (InputStream in = Files.newInputStream(keystore)) {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(in, password.toCharArray());
        List<KeyedCertificate> found = new ArrayList<>();
        // In the order of their names, so that the default is the same each time.
        for (String alias : Collections.list(store.aliases()).stream().sorted().toList()) {
          entry(store, alias).ifPresent(found::add);
        }
        if (found.isEmpty()) {
          throw new IOException(keystore + " holds no private key with a certificate");
        }
        return found;
      } catch (GeneralSecurityException e) {
        throw new IOException(
            keystore + " can't be used as a PKCS #12 keystore: " + e.getMessage(), e);
      }
    }

    private Optional<KeyedCertificate> entry(KeyStore store, String alias)
        throws GeneralSecurityException {
      Certificate[] chain = store.getCertificateChain(alias);
      return store.getKey(alias, password.toCharArray()) instanceof PrivateKey privateKey
              && chain != null
              && chain.length > 0
          ? Optional.of(KeyedCertificate.of(
              privateKey, Arrays.stream(chain).map(X509Certificate.class::cast).toList()))
          : Optional.empty();
    }

    @Override
    public List<Path> files() {
      return List.of(keystore);
    }

    @Override
    public String toString() {
      return "Pkcs12[" + keystore + "]";
    }
  }
}
