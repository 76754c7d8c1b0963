package com.example.stamp;

import java.util.List;
import org.mansio.spi.Plugin;
import org.mansio.spi.SpiVersion;
import org.mansio.spi.mailet.MailetFactory;

/** What the server finds: a public class with a public constructor without parameters. */
public final class StampPlugin implements Plugin {
  @Override
  public String name() {
    return "stamp";
  }

  @Override
  public String version() {
    return "1.0.0";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public List<MailetFactory> mailets() {
    return List.of(new StampFactory());
  }
}
