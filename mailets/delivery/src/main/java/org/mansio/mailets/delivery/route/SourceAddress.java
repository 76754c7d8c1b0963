package org.mansio.mailets.delivery.route;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A local address that mail leaves from.
 *
 * @param heloName the name in EHLO; empty: as from every other address
 * @param warmUp empty: it is known and trusted
 */
public record SourceAddress(
    InetAddress address, Optional<String> heloName, Optional<WarmUp> warmUp) {}
