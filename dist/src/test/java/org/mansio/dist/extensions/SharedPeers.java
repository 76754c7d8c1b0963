package org.mansio.dist.extensions;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives all tests the same peers: started for the first of them, closed behind the last. */
final class SharedPeers implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ExtensionPeers.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedPeers.class))
        .computeIfAbsent(ExtensionPeers.class, key -> start(), ExtensionPeers.class);
  }

  private static ExtensionPeers start() {
    try {
      return new ExtensionPeers();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
