/**
 * What a plugin adds to SMTP (RFC 5321 §2.2): EHLO keywords, parameters, verbs, and hooks that decide about a connection or
 * a mail while the client waits.
 */
@NullMarked
package org.mansio.spi.smtp;

import org.jspecify.annotations.NullMarked;
