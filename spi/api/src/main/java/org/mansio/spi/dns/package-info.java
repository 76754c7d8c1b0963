/**
 * Name service as mail needs it (RFC 1035, RFC 5321 §5, RFC 7505), with answers that keep "there is none" apart from "it
 * could not be found out".
 */
@NullMarked
package org.mansio.spi.dns;

import org.jspecify.annotations.NullMarked;
