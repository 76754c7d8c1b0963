/**
 * Runs the JMH benchmarks of this module. They lie in the packages of what they measure, since most of that is not public.
 */
@NullMarked
package org.mansio.bench;

import org.jspecify.annotations.NullMarked;
