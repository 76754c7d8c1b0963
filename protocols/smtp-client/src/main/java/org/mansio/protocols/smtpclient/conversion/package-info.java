/**
 * Makes messages fit for hosts that take only lines of ASCII (RFC 5321 §2.4) or of octets (RFC 6152), by encoding those of
 * their MIME parts that need it (RFC 2045 §6). Messages are streamed: memory doesn't grow with their size.
 */
@NullMarked
package org.mansio.protocols.smtpclient.conversion;

import org.jspecify.annotations.NullMarked;
