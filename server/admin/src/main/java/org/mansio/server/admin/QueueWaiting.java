package org.mansio.server.admin;

/**
 * The mail of one destination that waits until it is asked for.
 *
 * @param domain the destination
 * @param lane {@code transport:destination}
 * @param octets of all of it together
 * @param oldestArrival of the mail that came first
 */
public record QueueWaiting(
    String domain, String lane, long count, long octets, String oldestArrival) {}
