/**
 * Access lists: who may send, by network, host name, HELO name, sender or recipient (RFC 2505 §2.5, §2.8). Lists stand in
 * {@code server.xml} or in a file that is read again when it changes.
 */
@NullMarked
package org.mansio.mailets.antispam.access;

import org.jspecify.annotations.NullMarked;
