/**
 * The records of the durable log and their binary form: a mail in the spool, an outgoing entry, the end of one. What they
 * carry is the envelope of RFC 5321, section 2.3.1 with the parameters of its extensions.
 */
@NullMarked
package org.mansio.queue.record;

import org.jspecify.annotations.NullMarked;
