/**
 * A mail as every part of Mansio sees it: envelope (RFC 5321), message (RFC 5322), attributes and origin. All types here
 * are immutable values; what changes a mail makes a new value.
 */
@NullMarked
package org.mansio.spi.mail;

import org.jspecify.annotations.NullMarked;
