/**
 * What several mailets need of MIME: encoded words (RFC 2047), a look through the parts of a message (RFC 2045, RFC 2046),
 * and messages made of parts.
 */
@NullMarked
package org.mansio.mailets.standard.mime;

import org.jspecify.annotations.NullMarked;
