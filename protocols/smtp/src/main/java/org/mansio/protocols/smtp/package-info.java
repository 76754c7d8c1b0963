/**
 * The server side of SMTP (RFC 5321), message submission (RFC 6409) and LMTP (RFC 2033). Verbs and their flags stand
 * in one table, to which plugins add theirs.
 */
@NullMarked
package org.mansio.protocols.smtp;

import org.jspecify.annotations.NullMarked;
