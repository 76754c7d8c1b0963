/**
 * A load generator and a sink for SMTP (RFC 5321) and LMTP (RFC 2033), with which servers are measured and put to the test.
 * Nothing here shares code with the server: a mistake made twice would go unnoticed.
 */
@NullMarked
package org.mansio.protocols.load;

import org.jspecify.annotations.NullMarked;
