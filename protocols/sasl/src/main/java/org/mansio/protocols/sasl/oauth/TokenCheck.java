package org.mansio.protocols.sasl.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mansio.spi.directory.UserDirectory;
import org.mansio.spi.mail.MailAddress;

/** Judges tokens. Thread-safe; may fetch keys, within the time set for it. */
final class TokenCheck {
  // Signatures by a key that only the issuer has: a shared key or "none" would let others make
  // tokens (RFC 8725 §3.1).
  private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
      JWSAlgorithm.RS256,
      JWSAlgorithm.RS384,
      JWSAlgorithm.RS512,
      JWSAlgorithm.PS256,
      JWSAlgorithm.PS384,
      JWSAlgorithm.PS512,
      JWSAlgorithm.ES256,
      JWSAlgorithm.ES384,
      JWSAlgorithm.ES512);

  private static final String EMAIL = "email";
  private static final int OUTAGE_FACTOR = 4;

  private final TokenSettings settings;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /** The verdict. */
  sealed interface Verdict {
    /** @param user exists */
    record Good(MailAddress user) implements Verdict {}

    /** @param status of RFC 7628 §3.2.2, such as {@code invalid_token} */
    record Bad(String status, String reason) implements Verdict {}

    /** The keys aren't to be had now. */
    record Unknown(String reason) implements Verdict {}
  }

  TokenCheck(TokenSettings settings) {
    this.settings = settings;
    // RFC 9068 §2.1 types access tokens; many servers still say JWT, or nothing.
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
        new HashSet<>(Arrays.asList(new JOSEObjectType("at+jwt"), JOSEObjectType.JWT, null))));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys(settings)));
    DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
        Set.copyOf(settings.audience()),
        new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
        Set.of("exp", settings.userClaim()),
        Set.of());
    claims.setMaxClockSkew(Math.toIntExact(settings.clockSkew().toSeconds()));
    processor.setJWTClaimsSetVerifier(claims);
  }

  private static JWKSource<SecurityContext> keys(TokenSettings settings) {
    if ("file".equals(settings.keys().getScheme())) {
      return new KeyFile(Path.of(settings.keys()), settings.maxKeys());
    }
    long cache = settings.cache().toMillis();
    return JWKSourceBuilder.create(
            KeyDownload.url(settings.keys()),
            new KeyDownload(settings.timeout(), settings.maxKeys()))
        // Who waits for another's download waits a little longer than that may take.
        .cache(cache, 2 * settings.timeout().toMillis())
        // Its thread would outlive the server that made it.
        .refreshAheadCache(false)
        .outageTolerant(cache * OUTAGE_FACTOR)
        .build();
  }

  Verdict check(String token, UserDirectory users) {
    try {
      JWTClaimsSet claims = processor.process(token, null);
      // Not every authorisation server makes sure that an address is its user's.
      if (settings.userClaim().equals(EMAIL)
          && Boolean.FALSE.equals(claims.getClaim("email_verified"))) {
        return new Verdict.Bad("invalid_token", "the token's address isn't verified");
      }
      if (settings.scope().isPresent()
          && !scopes(claims).contains(settings.scope().get())) {
        return new Verdict.Bad(
            "insufficient_scope",
            "the token lacks the scope " + settings.scope().get());
      }
      return user(claims.getStringClaim(settings.userClaim()), users)
          .<Verdict>map(Verdict.Good::new)
          .orElseGet(() -> new Verdict.Bad("invalid_token", "the token is of nobody here"));
    } catch (ParseException | BadJOSEException e) {
      return new Verdict.Bad("invalid_token", String.valueOf(e.getMessage()));
    } catch (JOSEException e) {
      return new Verdict.Unknown(String.valueOf(e.getMessage()));
    }
  }

  private Optional<MailAddress> user(String claim, UserDirectory users) {
    String address = claim.indexOf('@') >= 0
        ? claim
        : settings.domain().map(domain -> claim + "@" + domain).orElse("");
    return address.isEmpty() ? Optional.empty() : users.addressOf(address).flatMap(users::findUser);
  }

  /** RFC 8693 §4.2: a text with spaces; some servers have a list called scp. */
  private static List<String> scopes(JWTClaimsSet claims) {
    return Stream.of("scope", "scp")
        .flatMap(name -> switch (claims.getClaim(name)) {
          case String text -> Arrays.stream(text.split(" "));
          case List<?> list -> list.stream().map(String::valueOf);
          case null, default -> Stream.empty();
        })
        .toList();
  }
}
