package org.mansio.server.kernel;

import java.lang.reflect.Proxy;

/**
 * Stands for a part whose configuration has errors while the rest is checked all the same: a server with one never starts.
 */
final class Unavailable {
  private Unavailable() {}

  static <T> T of(Class<T> type) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
          if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> proxy == arguments[0];
              default -> "unavailable " + type.getSimpleName();
            };
          }
          throw new IllegalStateException(type.getSimpleName()
              + " isn't available: its configuration has errors, or it is asked too early");
        }));
  }
}
