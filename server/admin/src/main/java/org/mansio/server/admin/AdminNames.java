package org.mansio.server.admin;

import java.util.Locale;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** Under which names the operations stand in JMX. */
public final class AdminNames {
  /** The JMX domain. */
  public static final String DOMAIN = "org.mansio";

  private static final String SUFFIX = "MXBean";

  private AdminNames() {}

  /**
   * The name of a bean.
   *
   * @param type letters and digits, such as {@code Queue}
   * @throws IllegalArgumentException when {@code type} is anything else
   */
  public static ObjectName of(String type) {
    if (!type.matches("[A-Za-z][A-Za-z0-9]*")) {
      throw new IllegalArgumentException(
          "an admin bean's type is made of letters and digits, not '" + type + "'");
    }
    try {
      return new ObjectName(DOMAIN + ":type=" + type);
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException("not a JMX name: " + type, e);
    }
  }

  /** The pattern that all names fit. */
  public static ObjectName all() {
    try {
      return new ObjectName(DOMAIN + ":type=*");
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException("a constant that isn't a JMX pattern", e);
    }
  }

  /** The name of the bean with this interface: {@code Queue} for {@link QueueMXBean}. */
  public static String typeOf(Class<?> mxbean) {
    String name = mxbean.getSimpleName();
    if (!name.endsWith(SUFFIX)) {
      throw new IllegalArgumentException("the name of an MXBean interface ends in MXBean: " + name);
    }
    return name.substring(0, name.length() - SUFFIX.length());
  }

  /** How an enum's constant is written in views and arguments. */
  public static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
