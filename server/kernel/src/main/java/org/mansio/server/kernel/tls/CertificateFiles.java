package org.mansio.server.kernel.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Where a certificate and its key lie. Reads them anew at each call; immutable. */
sealed interface CertificateFiles {
  /** A context with what the files hold now. @throws IOException when they can't be used; the message says why */
  SSLContext load() throws IOException;

  /** The files to watch. */
  List<Path> files();

  /** PEM: the chain in one file, the key in another or the same. */
  record Pem(Path certificate, Path key) implements CertificateFiles {
    @Override
    public SSLContext load() throws IOException {
      try {
        return context(keyStore(), new char[0]);
      } catch (GeneralSecurityException e) {
        throw new IOException(certificate + " and " + key + " can't be used: " + e.getMessage(), e);
      }
    }

    /** Certificate and key in memory, without a password. */
    KeyStore keyStore() throws IOException {
      Certificate[] chain = readChain();
      PrivateKey privateKey = readKey();
      if (!PairCheck.belongTogether(privateKey, chain[0].getPublicKey())) {
        throw new IOException(
            "the key in " + key + " doesn't belong to the certificate in " + certificate);
      }
      try {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", privateKey, new char[0], chain);
        return store;
      } catch (GeneralSecurityException e) {
        throw new IOException(certificate + " and " + key + " can't be used: " + e.getMessage(), e);
      }
    }

    private Certificate[] readChain() throws IOException {
      try (InputStream in = Files.newInputStream(certificate)) {
        Collection<? extends Certificate> all =
            CertificateFactory.getInstance("X.509").generateCertificates(in);
        if (all.isEmpty()) {
          throw new IOException(certificate + " holds no certificate");
        }
        return all.toArray(Certificate[]::new);
      } catch (GeneralSecurityException e) {
        throw new IOException(certificate + " isn't a PEM certificate: " + e.getMessage(), e);
      }
    }

    private PrivateKey readKey() throws IOException {
      try (Reader reader = Files.newBufferedReader(key, StandardCharsets.US_ASCII);
          PEMParser parser = new PEMParser(reader)) {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
          if (found instanceof PrivateKeyInfo info) {
            return converter.getPrivateKey(info);
          }
          if (found instanceof PEMKeyPair pair) {
            return converter.getPrivateKey(pair.getPrivateKeyInfo());
          }
        }
      }
      throw new IOException(
          key + " holds no unencrypted private key; decrypt it, or use a PKCS #12 keystore");
    }

    @Override
    public List<Path> files() {
      return List.of(certificate, key);
    }
  }

  /** PKCS #12. */
  record Pkcs12(Path keystore, String password) implements CertificateFiles {
    @Override
    public SSLContext load() throws IOException {
      try (InputStream in = Files.newInputStream(keystore)) {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(in, password.toCharArray());
        return context(store, password.toCharArray());
      } catch (GeneralSecurityException e) {
        throw new IOException(
            keystore + " can't be used as a PKCS #12 keystore: " + e.getMessage(), e);
      }
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

  private static SSLContext context(KeyStore store, char[] password)
      throws GeneralSecurityException, IOException {
    boolean hasKey = false;
    for (String alias : java.util.Collections.list(store.aliases())) {
      hasKey |= store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate;
    }
    if (!hasKey) {
      throw new IOException("the keystore holds no private key with a certificate");
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
