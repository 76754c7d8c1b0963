/**
 * GSSAPI (RFC 4752): Kerberos (RFC 4121), by the JDK.
 */
@NullMarked
package org.mansio.protocols.sasl.gssapi;

import org.jspecify.annotations.NullMarked;
