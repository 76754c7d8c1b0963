/**
 * Mailets that edit header fields (RFC 5322 §2.2). What they don't edit stays as it came, octet for octet; bodies aren't
 * read.
 */
@NullMarked
package org.mansio.mailets.standard.header;

import org.jspecify.annotations.NullMarked;
