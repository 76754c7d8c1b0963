/** Mailets that change what people read in a message (RFC 2045, RFC 2046), and leave alone what they can't change safely. */
@NullMarked
package org.mansio.mailets.standard.content;

import org.jspecify.annotations.NullMarked;
