/**
 * The client of Sendmail's milter protocol, versions 2 to 6: programs such as rspamd, OpenDKIM or clamav-milter watch a
 * session, decide, and change the mail. The standard is what Sendmail's libmilter does: {@code mfdef.h} names the numbers,
 * {@code libmilter/docs} the meaning.
 */
@NullMarked
package org.mansio.mailets.antispam.milter;

import org.jspecify.annotations.NullMarked;
