/** Mansio with other mail software of this machine (RFC 5321, RFC 2033): the Debian packages that {@code .ci/run} installs. */
@NullMarked
package org.mansio.dist.interop;

import org.jspecify.annotations.NullMarked;
