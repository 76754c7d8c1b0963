package org.mansio.server.admin;

import org.jspecify.annotations.Nullable;

/**
 * How much rests in one state.
 *
 * @param oldestArrival null when there is nothing
 */
public record QueueState(String state, long count, @Nullable String oldestArrival) {}
