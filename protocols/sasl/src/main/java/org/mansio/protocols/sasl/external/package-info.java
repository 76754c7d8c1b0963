/**
 * EXTERNAL (RFC 4422 appendix A): the client certificate of the TLS handshake says who it is.
 */
@NullMarked
package org.mansio.protocols.sasl.external;

import org.jspecify.annotations.NullMarked;
