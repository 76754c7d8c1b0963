/**
 * The server's certificate: from PEM (RFC 7468) or PKCS #12 (RFC 7292) files, read anew when they change, or self-signed
 * (RFC 5280) when none is configured.
 */
@NullMarked
package org.mansio.server.kernel.tls;

import org.jspecify.annotations.NullMarked;
