/**
 * Reports about TLS to the domains that ask for them (TLS-RPT, RFC 8460): what became of it on the way to them is counted by
 * the day, and sent by mail or HTTPS once the day is over.
 */
@NullMarked
package org.mansio.mailets.delivery.tlsreport;

import org.jspecify.annotations.NullMarked;
