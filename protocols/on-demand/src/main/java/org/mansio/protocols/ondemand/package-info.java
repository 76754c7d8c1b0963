/**
 * On-demand relay: mail rests until its domain asks for it, by ETRN (RFC 1985), ATRN (RFC 2645) or TURN (RFC 821), and this
 * server asks others for its own. A plugin that knows the SPI and nothing else of the server.
 */
@NullMarked
package org.mansio.protocols.ondemand;

import org.jspecify.annotations.NullMarked;
