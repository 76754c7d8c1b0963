/**
 * Documents and schemas held to the code: what factories state (settings, names) and which RFCs are enforced where.
 * Schemas are XML Schema 1.0.
 */
@NullMarked
package org.mansio.dist.docs;

import org.jspecify.annotations.NullMarked;
