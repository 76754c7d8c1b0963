package org.mansio.spi;

/** The version of this SPI. It grows with each addition that a plugin may rely on. A compile-time constant, so
 * a plugin that overrides {@link Plugin#spiVersion} with it carries the number it was compiled against. */
public final class SpiVersion {
  /** The version of the SPI on the class path. */
  public static final int CURRENT = 1;

  private SpiVersion() {}
}
