/**
 * The client side of SMTP (RFC 5321) and LMTP (RFC 2033), with a result for each recipient. Commands are pipelined
 * (RFC 2920), TLS follows a policy (RFC 3207) and connections are used again.
 */
@NullMarked
package org.mansio.protocols.smtpclient;

import org.jspecify.annotations.NullMarked;
