/**
 * Authentication exchanges (RFC 4422), one state machine for each mechanism, independent of the protocol that carries it.
 */
@NullMarked
package org.mansio.spi.sasl;

import org.jspecify.annotations.NullMarked;
