/**
 * The application: the one place that knows all implementations and hands them to the kernel. It holds no logic of its
 * own.
 */
@NullMarked
package org.mansio.server.app;

import org.jspecify.annotations.NullMarked;
