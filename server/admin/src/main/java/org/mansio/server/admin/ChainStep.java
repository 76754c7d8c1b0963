package org.mansio.server.admin;

import java.util.Map;

/**
 * One mailet in its place.
 *
 * @param position in its processor, from 0
 * @param condition which recipients it gets, such as {@code RelayLimit=30}
 * @param mailet its class in the chain
 * @param settings as set in the file, secrets hidden
 * @param location file, line and column
 */
public record ChainStep(
    String processor,
    int position,
    String condition,
    String mailet,
    Map<String, String> settings,
    String location) {}
