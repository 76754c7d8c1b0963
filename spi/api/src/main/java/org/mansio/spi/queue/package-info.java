/**
 * Where mail rests: the spool that the chain works off, and the outgoing queue with a lane for each destination. The
 * engine behind these interfaces makes mail durable before anybody is told so (RFC 5321 §6.1).
 */
@NullMarked
package org.mansio.spi.queue;

import org.jspecify.annotations.NullMarked;
