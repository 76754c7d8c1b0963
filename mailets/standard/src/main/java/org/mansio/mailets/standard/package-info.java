/**
 * Matchers, and the mailets that route, rewrite, mark and notify. Header fields are those of RFC 5322, delivery status
 * notifications those of RFC 3464.
 */
@NullMarked
package org.mansio.mailets.standard;

import org.jspecify.annotations.NullMarked;
