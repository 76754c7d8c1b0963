/**
 * Verification of addresses by callout: the host that would get the mail, or the bounce, is asked whether the address exists
 * (RFC 2505 §2.9).
 */
@NullMarked
package org.mansio.mailets.antispam.callout;

import org.jspecify.annotations.NullMarked;
