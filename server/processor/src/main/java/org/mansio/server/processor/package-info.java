/**
 * The mailet container: reads the chain of processors from XML, runs mail through it and keeps the trace. The grammar is
 * that of mailetcontainer.xml as users of Apache James know it.
 */
@NullMarked
package org.mansio.server.processor;

import org.jspecify.annotations.NullMarked;
