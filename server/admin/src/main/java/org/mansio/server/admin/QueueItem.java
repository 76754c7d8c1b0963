package org.mansio.server.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mail at rest on its way to one destination.
 *
 * @param state one of {@code spool, ready, active, deferred, waiting, held}
 * @param sender {@code <>} for the null sender
 * @param lane {@code transport:destination}; null in the spool
 * @param size octets
 * @param nextAttempt null when it isn't deferred
 * @param lastError null when there was none; for mail that may not leave yet (RFC 4865) until when it is held
 * @param lastStatus the enhanced status of the last attempt, of the first recipient; null when there was none
 * @param lastHost the host that answered; null when none did
 */
public record QueueItem(
    String id,
    String state,
    String sender,
    List<String> recipients,
    @Nullable String lane,
    long size,
    String arrival,
    int attempts,
    @Nullable String nextAttempt,
    @Nullable String lastError,
    @Nullable String lastStatus,
    @Nullable String lastHost) {}
