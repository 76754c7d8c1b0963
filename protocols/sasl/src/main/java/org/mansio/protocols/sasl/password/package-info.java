/**
 * Mechanisms that hand the password to the server: PLAIN (RFC 4616) and LOGIN.
 */
@NullMarked
package org.mansio.protocols.sasl.password;

import org.jspecify.annotations.NullMarked;
