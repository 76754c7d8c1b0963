package org.mansio.server.admin;

/**
 * A logger whose level was set, by the configuration or by an operator.
 *
 * @param logger {@code ROOT} for all others
 * @param level one of {@code off, error, warn, info, debug, trace}
 */
public record LogLevel(String logger, String level) {}
