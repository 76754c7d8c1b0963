package org.mansio.mailets.antispam;

import java.util.List;
import org.mansio.mailets.antispam.milter.MilterHookFactory;
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
    return List.of(new MilterHookFactory());
  }
}
