package org.mansio.server.admin;

import org.jspecify.annotations.Nullable;

/**
 * Failed logins of one address or name.
 *
 * @param kind {@code address} or {@code user}
 * @param subject an IPv4 address, an IPv6 network such as {@code 2001:db8::/64}, or a name, whether or not there is such a user
 * @param last when the latest was
 * @param lockedUntil null while it isn't shut out
 */
public record LoginLock(
    String kind,
    String subject,
    int failures,
    String last,
    @Nullable String lockedUntil) {}
