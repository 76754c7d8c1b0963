package org.mansio.server.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mansio.spi.settings.InvalidSettingException;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.dnssec.ValidatingResolver;

/** What validation by DNSSEC begins with (RFC 4033 §2): DS or DNSKEY records in master-file form. Immutable. */
final class TrustAnchors {
  /** The root's keys of 2017 and 2024, as IANA publishes them in root-anchors.xml (RFC 7958). */
  private static final String ROOT = """
      . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
      . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
      """;

  private final String records;

  private TrustAnchors(String records) {
    this.records = records;
  }

  /** Those of a file, or the root's. */
  static TrustAnchors of(Optional<Path> file) throws InvalidSettingException {
    if (file.isEmpty()) {
      return new TrustAnchors(ROOT);
    }
    try {
      TrustAnchors anchors = new TrustAnchors(Files.readString(file.get()));
      ValidatingResolver trial = new ValidatingResolver(new org.xbill.DNS.SimpleResolver());
      trial.loadTrustAnchors(anchors.stream());
      if (trial.getTrustAnchors().items().isEmpty()) {
        throw new InvalidSettingException(file.get() + " has no DS or DNSKEY record");
      }
      return anchors;
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidSettingException(
          "trust anchors " + file.get() + " can't be read: " + e.getMessage());
    }
  }

  /** Asks the resolver for signatures too and lets through only what they prove, or what is proven to have none. */
  Resolver validating(Resolver resolver) {
    ValidatingResolver validating = new ValidatingResolver(resolver);
    try {
      validating.loadTrustAnchors(stream());
    } catch (IOException e) {
      throw new IllegalStateException("the trust anchors were read before", e);
    }
    return validating;
  }

  private ByteArrayInputStream stream() {
    return new ByteArrayInputStream(records.getBytes(StandardCharsets.US_ASCII));
  }
}
