/**
 * The DNS resolver of the server, on dnsjava: addresses, mail exchangers and texts (RFC 1035, RFC 7505). Answers are
 * bounded in number, waiting time and age.
 */
@NullMarked
package org.mansio.server.dns;

import org.jspecify.annotations.NullMarked;
