/**
 * Mechanisms by old digests, for old programs only: CRAM-MD5 (RFC 2195), with CRAM-SHA1 in its manner, and DIGEST-MD5 (RFC
 * 2831, which RFC 6331 calls historic).
 */
@NullMarked
package org.mansio.protocols.sasl.digest;

import org.jspecify.annotations.NullMarked;
