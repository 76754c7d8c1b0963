package org.mansio.protocols.sasl.oauth;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mansio.protocols.sasl.ActingAs;
import org.mansio.protocols.sasl.Digests;
import org.mansio.protocols.sasl.MechanismFactory;
import org.mansio.protocols.sasl.SaslText;
import org.mansio.spi.mail.MailAddress;
import org.mansio.spi.sasl.SaslMechanism;
import org.mansio.spi.sasl.SaslMechanismFactory;
import org.mansio.spi.sasl.SaslStep;

/** OAUTHBEARER (RFC 7628) and XOAUTH2, which differ in the form of the client's message and of the error. */
public final class OAuthMechanism implements SaslMechanism {
  private static final String OAUTHBEARER = "OAUTHBEARER";
  private static final String XOAUTH2 = "XOAUTH2";

  private final String name;
  private final Function<String, Optional<BearerMessage>> parser;
  private final TokenSettings settings;
  private final TokenCheck tokens;

  private OAuthMechanism(
      String name, Function<String, Optional<BearerMessage>> parser, TokenSettings settings) {
    this.name = name;
    this.parser = parser;
    this.settings = settings;
    this.tokens = new TokenCheck(settings);
  }

  public static List<SaslMechanismFactory> factories() {
    return List.of(
        factory(
            OAUTHBEARER,
            "By a token (JWT) of an authorisation server, as RFC 7628 has it.",
            BearerMessage::oauthBearer),
        factory(
            XOAUTH2,
            "The same in the older form that many clients speak.",
            BearerMessage::xoauth2));
  }

  private static SaslMechanismFactory factory(
      String name, String description, Function<String, Optional<BearerMessage>> parser) {
    return new MechanismFactory(
        name,
        description,
        false,
        TokenSettings.SCHEMA,
        (settings, services) -> new OAuthMechanism(
            name, parser, TokenSettings.of(settings, services.environment().configuration())));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Strength strength() {
    return Strength.TOKEN;
  }

  @Override
  public boolean needsConfidentiality() {
    return true;
  }

  @Override
  public SaslExchange start(Context context) {
    return new Exchange(context);
  }

  private final class Exchange implements SaslExchange {
    private final Context context;
    private SaslStep.@Nullable Rejected verdict;

    Exchange(Context context) {
      this.context = context;
    }

    @Override
    public boolean clientFirst() {
      return true;
    }

    @Override
    public SaslStep next(byte[] response) {
      SaslStep.Rejected known = verdict;
      if (known != null) {
        // RFC 7628 §3.2.3: the client has taken notice of the error, whatever it answers.
        return known;
      }
      Optional<BearerMessage> message = SaslText.decode(response).flatMap(parser);
      return message.isEmpty()
          ? new SaslStep.Malformed("not a message of " + name)
          : check(message.get());
    }

    private SaslStep check(BearerMessage message) {
      Optional<String> login = Optional.of(message.user()).filter(user -> !user.isEmpty());
      if (message.token().isEmpty()) {
        return error("invalid_request", login, "no token");
      }
      return switch (tokens.check(message.token(), context.users())) {
        case TokenCheck.Verdict.Good(MailAddress user) ->
          ActingAs.isSelf(context.users(), user, message.user())
              ? new SaslStep.Success(user)
              : error("invalid_token", login, "the token is of " + user);
        case TokenCheck.Verdict.Bad(String status, String reason) -> error(status, login, reason);
        case TokenCheck.Verdict.Unknown(String reason) -> new SaslStep.Unavailable(reason);
      };
    }

    /** RFC 7628 §3.2.2: the error goes out as a challenge, and the exchange fails after the answer. */
    private SaslStep error(String status, Optional<String> login, String reason) {
      String who = login.map(user -> " for " + SaslText.shown(user)).orElse("");
      verdict = new SaslStep.Rejected(login, reason + who);
      Map<String, Object> json = new LinkedHashMap<>();
      // XOAUTH2 has codes of HTTP where RFC 7628 has words.
      json.put("status", name.equals(XOAUTH2) ? "401" : status);
      if (name.equals(XOAUTH2)) {
        json.put("schemes", "bearer");
      }
      settings.scope().ifPresent(scope -> json.put("scope", scope));
      settings.configuration().ifPresent(url -> json.put("openid-configuration", url.toString()));
      return new SaslStep.Challenge(Digests.octets(JSONObjectUtils.toJSONString(json)));
    }
  }
}
