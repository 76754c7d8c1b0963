/**
 * Where the octets of messages lie that are too large for the log's records: files that are on stable storage before
 * anything refers to them, shared by all mails with the same body, deleted with the last of them. Durability is what RFC
 * 5321, section 6.1 asks of a server that has answered 250.
 */
@NullMarked
package org.mansio.queue.blob;

import org.jspecify.annotations.NullMarked;
