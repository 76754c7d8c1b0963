/**
 * The trace on disk: append-only text files, one event a line, found again by queue id or Message-ID.
 *
 * <p>Below {@code data/trace} lie files {@code trace-<milliseconds since 1970, when begun>.log}, UTF-8. A line holds, separated by
 * tabs: time (ISO 8601, UTC), queue id, kind, place, text, then each detail as {@code name=value}. Within a field, tab, line feed, carriage return
 * and backslash are written {@code \t}, {@code \n}, {@code \r} and {@code \\}.
 */
@NullMarked
package org.mansio.server.kernel.trace;

import org.jspecify.annotations.NullMarked;
