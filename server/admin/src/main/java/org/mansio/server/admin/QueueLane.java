package org.mansio.server.admin;

import org.jspecify.annotations.Nullable;

/**
 * One destination of one transport.
 *
 * @param lane {@code transport:destination}
 * @param paused whether an operator lets no attempt begin
 * @param oldestArrival null when there is no mail
 * @param lastError null when the last attempt didn't fail
 * @param backOffUntil null when it isn't backed off
 */
public record QueueLane(
    String lane,
    long ready,
    long active,
    long deferred,
    long waiting,
    long held,
    boolean paused,
    @Nullable String oldestArrival,
    @Nullable String lastError,
    @Nullable String backOffUntil) {}
