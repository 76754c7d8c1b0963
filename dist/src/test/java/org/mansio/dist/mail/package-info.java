/**
 * The other ends of a mail server, for end-to-end tests: clients and sinks that speak SMTP (RFC 5321) and LMTP (RFC 2033)
 * on plain sockets, and what they send.
 */
@NullMarked
package org.mansio.dist.mail;

import org.jspecify.annotations.NullMarked;
