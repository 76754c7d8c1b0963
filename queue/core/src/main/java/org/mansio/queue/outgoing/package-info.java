/**
 * Mail on its way out: an index of all entries, a lane for each destination, attempts, what follows from them, and the
 * operator's view. Retries follow RFC 5321, section 4.5.4.1; what is reported follows RFC 3461, section 5.2.
 */
@NullMarked
package org.mansio.queue.outgoing;

import org.jspecify.annotations.NullMarked;
