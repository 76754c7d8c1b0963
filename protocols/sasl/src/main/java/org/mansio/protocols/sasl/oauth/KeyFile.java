package org.mansio.protocols.sasl.oauth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of a file, read again when it has changed. Thread-safe. */
final class KeyFile implements JWKSource<SecurityContext> {
  private final Path file;
  private final int limit;
  private @Nullable Read read;

  private record Read(FileTime modified, JWKSet keys) {}

  /** @param limit octets */
  KeyFile(Path file, int limit) {
    this.file = file;
    this.limit = limit;
  }

  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context)
      throws KeySourceException {
    return selector.select(keys());
  }

  private synchronized JWKSet keys() throws KeySourceException {
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      Read known = read;
      if (known == null || !known.modified().equals(modified)) {
        known = new Read(modified, parse());
        read = known;
      }
      return known.keys();
    } catch (IOException | ParseException e) {
      throw new KeySourceException("key file " + file + " can't be used: " + e.getMessage(), e);
    }
  }

  private JWKSet parse() throws IOException, ParseException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(limit + 1);
      if (octets.length > limit) {
        throw new IOException("it has more than " + limit + " octets");
      }
      return JWKSet.parse(new String(octets, StandardCharsets.UTF_8));
    }
  }
}
