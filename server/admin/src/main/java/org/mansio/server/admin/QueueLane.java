package org.mansio.server.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One destination of one transport.
 *
 * @param lane {@code transport:destination}
 * @param active attempts under way now
 * @param paused whether an operator lets no attempt begin
 * @param oldestArrival null when there is no mail
 * @param lastError null when the last attempt didn't fail
 * @param backOffUntil null when it isn't backed off
 * @param concurrency attempts at once that it may have now, as it adapts to the destination; 0 when that isn't known
 * @param rates the limits that are set for it; empty when there are none
 * @param hindrance why no further attempt begins now: {@code paused}, {@code backoff}, {@code rate}, {@code window} (as many
 *     are under way as the destination bears) or {@code turn} (the places of all destinations are taken); null when nothing
 *     is in the way, or no mail is ready
 * @param hinderedUntil null when that isn't known
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
    @Nullable String backOffUntil,
    int concurrency,
    List<QueueRate> rates,
    @Nullable String hindrance,
    @Nullable String hinderedUntil) {}
