/**
 * MTA-STS (RFC 8461): which hosts a domain says in a file on its web server that mail for it may go to, with what
 * certificates. Policies are kept on the disk as long as they are valid.
 */
@NullMarked
package org.mansio.mailets.delivery.sts;

import org.jspecify.annotations.NullMarked;
