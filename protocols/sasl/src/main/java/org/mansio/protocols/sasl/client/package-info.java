/**
 * The client side: chooses the strongest mechanism that a server offers and answers its challenges (RFC 4422).
 */
@NullMarked
package org.mansio.protocols.sasl.client;

import org.jspecify.annotations.NullMarked;
