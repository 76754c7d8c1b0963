/**
 * End-to-end tests of the packaged product (RFC 5321, RFC 2033 from outside), and tests that hold its documents to its
 * code.
 */
@NullMarked
package org.mansio.dist;

import org.jspecify.annotations.NullMarked;
