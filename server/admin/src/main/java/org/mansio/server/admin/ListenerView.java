package org.mansio.server.admin;

import java.util.List;

/**
 * One listener.
 *
 * @param name as in {@code server.xml}
 * @param addresses where it accepts connections; empty when it doesn't
 * @param connections open now
 */
public record ListenerView(String name, String protocol, List<String> addresses, int connections) {}
