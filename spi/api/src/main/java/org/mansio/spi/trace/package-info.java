/**
 * Why a mail went where it went: every decision about it leaves an event, found again by queue id or Message-ID. The trace
 * is for people; nothing is delivered or lost by it. What became of mail stands in the log too, one line each.
 */
@NullMarked
package org.mansio.spi.trace;

import org.jspecify.annotations.NullMarked;
