/**
 * Mailets that decide where a mail goes: to another processor, to other recipients, or nowhere. Rewriting follows RFC 5321
 * §3.9, what becomes of delivery status requests RFC 3461 §5.2.7.
 */
@NullMarked
package org.mansio.mailets.standard.routing;

import org.jspecify.annotations.NullMarked;
