/**
 * What all line protocols share: framing, replies, the command table, sessions, TLS and limits on sockets. Lines and
 * replies are those of RFC 5321, section 2.3.8 and section 4.2; TLS is that of RFC 8446 and RFC 5246.
 */
@NullMarked
package org.mansio.protocols.core;

import org.jspecify.annotations.NullMarked;
