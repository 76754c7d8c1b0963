package org.mansio.server.admin;

/**
 * How fast mail may go to one destination.
 *
 * @param counts {@code mails}, {@code recipients} or {@code connections}
 * @param limit how many
 * @param seconds in which time
 */
public record QueueRate(String counts, long limit, long seconds) {}
