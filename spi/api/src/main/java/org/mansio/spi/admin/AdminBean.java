package org.mansio.spi.admin;

import java.util.Objects;

/**
 * An MXBean to register as {@code org.mansio:type=<type>}.
 *
 * @param type the name, such as {@code Queue}
 * @param bean implements an interface whose name ends in MXBean; open types only
 */
public record AdminBean(String type, Object bean) {
  public AdminBean {
    Objects.requireNonNull(type);
    Objects.requireNonNull(bean);
  }
}
