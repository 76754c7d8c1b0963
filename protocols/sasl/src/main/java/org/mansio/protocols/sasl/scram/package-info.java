/**
 * SCRAM (RFC 5802, RFC 7677): the server keeps a salted digest, both sides prove themselves, and the -PLUS forms are
 * bound to the TLS connection (RFC 5929, RFC 9266).
 */
@NullMarked
package org.mansio.protocols.sasl.scram;

import org.jspecify.annotations.NullMarked;
