package org.mansio.protocols.smtpclient;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mansio.spi.dns.TlsaRecord;

/** Holds a server's certificates against TLSA records (RFC 7672 §3). */
final class DaneCheck {
  /** Certificates of a chain that are looked at; real ones have two to four. */
  private static final int MAX_CHAIN = 10;

  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USAGE = "2.5.29.37.0";

  private final Verification.ByTlsa demand;

  DaneCheck(Verification.ByTlsa demand) {
    this.demand = demand;
  }

  /** @param chain the server's own certificate first */
  void check(X509Certificate[] chain) throws CertificateException {
    if (chain.length == 0) {
      throw new PeerCertificateException(
          TlsOutcome.Kind.VALIDATION_FAILURE, "the peer has no certificate");
    }
    List<X509Certificate> certificates =
        Arrays.asList(chain).subList(0, Math.min(chain.length, MAX_CHAIN));
    X509Certificate own = certificates.getFirst();
    for (TlsaRecord record : demand.records()) {
      // RFC 7672 §3.1.1: neither name nor dates count.
      if (record.usage() == TlsaRecords.END_ENTITY && TlsaRecords.matches(record, own)) {
        return;
      }
    }
    if (!anchored(certificates)) {
      throw new PeerCertificateException(
          TlsOutcome.Kind.VALIDATION_FAILURE,
          "no certificate matches the TLSA records of " + demand.serverName());
    }
    checkUse(own);
  }

  /** RFC 7672 §3.1.2: name, dates and signatures count below a trust anchor. */
  private void checkUse(X509Certificate own) throws CertificateException {
    if (!CertificateNames.matchAny(own, demand.names())) {
      throw new PeerCertificateException(
          TlsOutcome.Kind.CERTIFICATE_HOST_MISMATCH,
          "the certificate is for " + CertificateNames.of(own) + ", not for " + demand.names());
    }
    own.checkValidity();
    List<String> usages = own.getExtendedKeyUsage();
    if (usages != null && !usages.contains(SERVER_AUTH) && !usages.contains(ANY_USAGE)) {
      throw new PeerCertificateException(
          TlsOutcome.Kind.VALIDATION_FAILURE, "the certificate isn't for servers");
    }
  }

  private boolean anchored(List<X509Certificate> chain) throws CertificateException {
    for (TlsaRecord record : demand.records()) {
      if (record.usage() != TlsaRecords.TRUST_ANCHOR) {
        continue;
      }
      for (int depth = 1; depth < chain.size(); depth++) {
        if (TlsaRecords.matches(record, chain.get(depth))
            && leads(chain.subList(0, depth), new TrustAnchor(chain.get(depth), null))) {
          return true;
        }
      }
      if (anchoredOutside(record, chain)) {
        return true;
      }
    }
    return false;
  }

  /** RFC 7671 §5.2.2: an anchor that stands whole in the record need not be sent by the server. */
  private static boolean anchoredOutside(TlsaRecord record, List<X509Certificate> chain)
      throws CertificateException {
    Optional<X509Certificate> certificate = TlsaRecords.certificate(record);
    Optional<PublicKey> key = TlsaRecords.key(record);
    for (int length = 1; length <= chain.size(); length++) {
      X509Certificate last = chain.get(length - 1);
      Optional<TrustAnchor> anchor = certificate
          .map(whole -> new TrustAnchor(whole, null))
          .or(() -> key.map(bare -> new TrustAnchor(last.getIssuerX500Principal(), bare, null)));
      if (anchor.isPresent() && leads(chain.subList(0, length), anchor.get())) {
        return true;
      }
    }
    return false;
  }

  private static boolean leads(List<X509Certificate> certificates, TrustAnchor anchor)
      throws CertificateException {
    try {
      CertPath path =
          CertificateFactory.getInstance("X.509").generateCertPath(new ArrayList<>(certificates));
      PKIXParameters parameters = new PKIXParameters(Set.of(anchor));
      // There is no list to ask: who withdraws a certificate withdraws its TLSA record.
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX").validate(path, parameters);
      return true;
    } catch (CertificateException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
