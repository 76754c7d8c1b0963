/**
 * Limits for clients that behave badly: rates and concurrency by address or network (RFC 2505 §2.8), delays after errors,
 * and traps that shut a client out for a time. All of it is kept in memory only, and bounded.
 */
@NullMarked
package org.mansio.mailets.antispam.limit;

import org.jspecify.annotations.NullMarked;
