package org.mansio.server.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a listing.
 *
 * @param next where the following page begins; null on the last one
 */
public record QueuePage(List<QueueItem> entries, @Nullable String next) {}
