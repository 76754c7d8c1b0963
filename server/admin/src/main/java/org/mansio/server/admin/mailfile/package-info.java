/**
 * Mail outside the queue: the message in a file as it is (RFC 5322, {@code .eml}), and beside it the envelope of RFC 5321
 * with all extensions' parameters and the queue's own state as JSON (RFC 8259).
 */
@NullMarked
package org.mansio.server.admin.mailfile;

import org.jspecify.annotations.NullMarked;
