/**
 * Where mail rests: spool, outgoing entries, retry schedule, destinations and hold, independent of what stores them.
 * The schedule follows RFC 5321, section 4.5.4.1.
 */
@NullMarked
package org.mansio.queue;

import org.jspecify.annotations.NullMarked;
