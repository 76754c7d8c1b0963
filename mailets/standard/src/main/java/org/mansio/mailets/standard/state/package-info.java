/** Mailets that read or write what the chain has learnt about a mail, and leave the mail itself as it is. */
@NullMarked
package org.mansio.mailets.standard.state;

import org.jspecify.annotations.NullMarked;
