package org.mansio.server.admin;

import org.jspecify.annotations.Nullable;

/**
 * Whether one component works.
 *
 * @param reason what is wrong and what helps; null when it is up
 */
public record HealthStatus(
    String component, boolean up, @Nullable String reason) {}
