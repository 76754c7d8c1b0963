/**
 * The SASL mechanisms (RFC 4422) that the server ships, one package for each family, for any protocol to carry. What
 * they share is here.
 */
@NullMarked
package org.mansio.protocols.sasl;

import org.jspecify.annotations.NullMarked;
