package org.mansio.mailets.antispam;

import java.util.List;
import org.mansio.mailets.antispam.access.AccessList;
import org.mansio.mailets.antispam.callout.AddressVerification;
import org.mansio.mailets.antispam.client.GreetPause;
import org.mansio.mailets.antispam.client.HeloCheck;
import org.mansio.mailets.antispam.client.ReverseDnsCheck;
import org.mansio.mailets.antispam.client.TlsRequirement;
import org.mansio.mailets.antispam.dnslist.DnsLists;
import org.mansio.mailets.antispam.greylist.Greylist;
import org.mansio.mailets.antispam.limit.RateLimit;
import org.mansio.mailets.antispam.limit.SpamTrap;
import org.mansio.mailets.antispam.limit.Tarpit;
import org.mansio.mailets.antispam.milter.MilterHookFactory;
import org.mansio.mailets.antispam.sender.SenderDomainCheck;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.smtp.SmtpHookFactory;

/** The SMTP hooks of this module. */
public final class AntispamPlugin implements Plugin {
  @Override
  public String name() {
    return "antispam";
  }

  @Override
  public String version() {
    String version = AntispamPlugin.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<SmtpHookFactory> smtpHooks() {
    return List.of(
        AccessList.factory(),
        DnsLists.factory(),
        Greylist.factory(),
        GreetPause.factory(),
        HeloCheck.factory(),
        ReverseDnsCheck.factory(),
        TlsRequirement.factory(),
        SenderDomainCheck.factory(),
        AddressVerification.factory(),
        Tarpit.factory(),
        RateLimit.factory(),
        SpamTrap.factory(),
        new MilterHookFactory());
  }
}
