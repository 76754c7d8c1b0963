/**
 * NTLM as old Microsoft clients speak it: NTLMv2 on the server side, by the message formats of MS-NLMP.
 */
@NullMarked
package org.mansio.protocols.sasl.ntlm;

import org.jspecify.annotations.NullMarked;
