/**
 * Mailets that tell somebody what became of a mail: delivery status notifications (RFC 3461, RFC 3464, RFC 6522, RFC 6533)
 * to its sender, notices to the postmaster. None of them answers a notice.
 */
@NullMarked
package org.mansio.mailets.standard.report;

import org.jspecify.annotations.NullMarked;
