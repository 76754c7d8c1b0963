/**
 * Where mail for other hosts goes out: the transport map with its routes, and the local addresses that it leaves from.
 * Both are lists of lines, in a setting of the mailet or in a file; RFC 5321 §5 is what happens where no line says otherwise.
 */
@NullMarked
package org.mansio.mailets.delivery.route;

import org.jspecify.annotations.NullMarked;
