package org.mansio.server.admin;

import org.jspecify.annotations.Nullable;

/**
 * Where a recipient would end.
 *
 * @param recipient as it is by then
 * @param original as it was in the envelope, as far as that is known
 * @param end one of {@code delivery, bounce, drop, error, wait, unknown}
 * @param where the lane of a delivery, such as {@code remote:example.net}; else the place in the chain
 * @param status the enhanced status of what failed; null otherwise
 */
public record SimulatedEnd(
    String recipient,
    String original,
    String end,
    String where,
    @Nullable String status,
    String text) {}
