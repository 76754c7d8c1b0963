package org.mansio.protocols.sasl;

import java.util.ArrayList;
import java.util.List;
import org.mansio.protocols.sasl.digest.CramMechanism;
import org.mansio.protocols.sasl.digest.DigestMd5Mechanism;
import org.mansio.protocols.sasl.external.ExternalMechanism;
import org.mansio.protocols.sasl.gssapi.GssapiMechanism;
import org.mansio.protocols.sasl.ntlm.NtlmMechanism;
import org.mansio.protocols.sasl.oauth.OAuthMechanism;
import org.mansio.protocols.sasl.password.LoginMechanism;
import org.mansio.protocols.sasl.password.PlainMechanism;
import org.mansio.protocols.sasl.scram.ScramMechanism;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.sasl.SaslMechanismFactory;

/** Contributes the SASL mechanisms. */
public final class SaslPlugin implements Plugin {
  @Override
  public String name() {
    return "sasl";
  }

  @Override
  public String version() {
    String version = SaslPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  /** Those equally strong stand in the order in which clients should take them. */
  @Override
  public List<SaslMechanismFactory> saslMechanisms() {
    List<SaslMechanismFactory> all = new ArrayList<>();
    all.add(ExternalMechanism.factory());
    all.add(GssapiMechanism.factory());
    all.addAll(ScramMechanism.factories());
    all.addAll(OAuthMechanism.factories());
    all.add(DigestMd5Mechanism.factory());
    all.addAll(CramMechanism.factories());
    all.add(NtlmMechanism.factory());
    all.add(PlainMechanism.factory());
    all.add(LoginMechanism.factory());
    return List.copyOf(all);
  }
}
