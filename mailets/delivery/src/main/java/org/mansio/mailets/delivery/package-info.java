/**
 * The ways out: LocalDelivery into a store or over LMTP (RFC 2033), RemoteDelivery to mail exchangers. Routing follows
 * RFC 5321, section 5, and null MX records RFC 7505.
 */
@NullMarked
package org.mansio.mailets.delivery;

import org.jspecify.annotations.NullMarked;
