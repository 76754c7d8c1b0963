/**
 * Configuration files (XML 1.0) read strictly: every error with file, line and column, all of them at once. Values come
 * from commons-configuration2's interpolation, positions from a parse of the same text.
 *
 * <p>In every file, text and attribute values may hold <code>${env:NAME:-default}</code> and <code>${sys:name:-default}</code>; a variable that
 * isn't set and has no default is an error. {@code <include file="other.xml"/>} stands for the children of the root
 * element {@code <included>} of another file, its path relative to the including one. A setting that is empty after
 * interpolation counts as not set. DOCTYPE and external entities are refused.
 */
@NullMarked
package org.mansio.server.kernel.config;

import org.jspecify.annotations.NullMarked;
