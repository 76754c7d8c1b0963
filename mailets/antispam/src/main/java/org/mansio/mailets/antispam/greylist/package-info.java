/**
 * Greylisting (RFC 6647): who was never seen before is told to come again, which real mail servers do.
 */
@NullMarked
package org.mansio.mailets.antispam.greylist;

import org.jspecify.annotations.NullMarked;
