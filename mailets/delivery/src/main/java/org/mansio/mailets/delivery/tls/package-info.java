/**
 * How mail to other hosts is protected by TLS: as the operator says for a destination, else as DANE (RFC 7672) or MTA-STS (RFC
 * 8461) demand, else where it is offered (RFC 7435).
 */
@NullMarked
package org.mansio.mailets.delivery.tls;

import org.jspecify.annotations.NullMarked;
