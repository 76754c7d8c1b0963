/**
 * DNS lists (RFC 5782): black and white lists of client addresses, and of domains that HELO or the sender names. Each listing
 * adds its list's weight to a score, which decides.
 */
@NullMarked
package org.mansio.mailets.antispam.dnslist;

import org.jspecify.annotations.NullMarked;
