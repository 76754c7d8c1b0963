/**
 * Checks of the reverse-path: a domain to which no bounce could ever go sends nothing that one wants (RFC 2505 §2.9).
 */
@NullMarked
package org.mansio.mailets.antispam.sender;

import org.jspecify.annotations.NullMarked;
