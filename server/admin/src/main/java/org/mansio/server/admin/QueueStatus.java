package org.mansio.server.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue as a whole.
 *
 * @param refuses why it refuses mail now: {@code full, unavailable} or {@code closed}; null when it takes mail
 * @param records mails in the spool and entries together; 0 when nobody counts them
 * @param limit of them, beyond which mail is refused; 0 when there is none
 * @param damaged what it keeps aside since it can't be read, by name
 */
public record QueueStatus(
    @Nullable String refuses, long records, long limit, List<String> damaged) {}
